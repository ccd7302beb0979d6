/**
 * Synthesises the demo album into a folder: `node tools/demo-album/make.mjs OUTDIR`.
 * A second run with the same sources and encoders does nothing. Exit code 0 on success, 1 when a
 * track failed, 2 for a wrong call.
 */
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { ALBUM, deliveryOf, TRACKS } from './album.mjs';
import { drawCover } from './output/cover.mjs';
import { findEncoders } from './output/encoders.mjs';
import { fingerprint, isCurrent, readStamp, STAMP_NAME } from './output/stamp.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
/** More threads only cost memory: the longest track alone takes a third of the whole. */
const WORKER_COUNT_MAX = 2;

function renderTrack(workerData) {
  return new Promise((done, fail) => {
    const worker = new Worker(new URL('./render-worker.mjs', import.meta.url), { workerData });
    worker.once('message', done);
    worker.once('error', fail);
    worker.once('exit', (code) => fail(new Error(`the renderer ended early (${code})`)));
  });
}

/** Renders all tracks, a few at a time; the costly ones (high rates) start first. */
async function renderAll(outFolder, encoders) {
  const cover = drawCover();
  const queue = TRACKS.map((_, index) => index);
  queue.sort((a, b) => TRACKS[b].rateHz - TRACKS[a].rateHz);
  const takeTurns = async () => {
    for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
      const { name, seconds } = await renderTrack({ index, outFolder, encoders, cover });
      console.log(`  ${name} (${seconds.toFixed(0)} s)`);
    }
  };
  const count = Math.min(WORKER_COUNT_MAX, availableParallelism());
  await Promise.all(Array.from({ length: count }, takeTurns));
}

/** Removes files of an earlier album that this one does not have, and writes the new stamp. */
function finish(outFolder, previous, mark, encoders) {
  const names = TRACKS.map((_, index) => deliveryOf(index, encoders).name);
  for (const { name } of previous?.files ?? []) {
    if (!names.includes(name)) rmSync(join(outFolder, name), { force: true });
  }
  const files = names.map((name) => ({ name, bytes: statSync(join(outFolder, name)).size }));
  const partial = join(outFolder, `${STAMP_NAME}.${process.pid}.partial`);
  writeFileSync(partial, `${JSON.stringify({ fingerprint: mark, files }, null, 2)}\n`);
  renameSync(partial, join(outFolder, STAMP_NAME));
}

async function main(args) {
  if (args.length !== 1 || args[0].startsWith('-')) {
    console.error('usage: node tools/demo-album/make.mjs OUTDIR');
    return 2;
  }
  const outFolder = resolve(args[0]);
  const encoders = findEncoders();
  const mark = fingerprint(HERE, encoders);
  const previous = readStamp(outFolder);
  if (isCurrent(previous, outFolder, mark)) {
    console.log(`Demo album '${ALBUM.album}' is up to date in ${outFolder}`);
    return 0;
  }
  mkdirSync(outFolder, { recursive: true });
  console.log(`Synthesising the demo album '${ALBUM.album}' into ${outFolder}`);
  if (!encoders.flac) console.log('  neither flac nor ffmpeg is installed: WAV in place of FLAC');
  if (!encoders.mp3) console.log('  neither lame nor ffmpeg is installed: WAV in place of MP3');
  await renderAll(outFolder, encoders);
  finish(outFolder, previous, mark, encoders);
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`demo album: ${error.message}`);
  process.exitCode = 1;
}
