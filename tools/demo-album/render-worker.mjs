/** Renders one track in a thread of its own and leaves the finished file under its name. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { deliveryOf, tagsOf, TRACKS } from './album.mjs';
import { master } from './mix/master.mjs';
import { encode } from './output/encoders.mjs';
import { encodeWav } from './output/wav.mjs';

const { index, outFolder, encoders, cover } = workerData;
const { piece, rateHz, bits } = TRACKS[index];
const { format, name } = deliveryOf(index, encoders);
const tags = tagsOf(index);
const target = join(outFolder, name);
// The unfinished file has no audio extension, so that a server listing the folder skips it.
const partial = join(outFolder, `.${name}.${process.pid}.partial`);
const work = mkdtempSync(join(tmpdir(), 'auralis-demo-'));

try {
  const audio = master(piece.compose(rateHz), piece);
  if (format === 'wav') {
    writeFileSync(partial, encodeWav(audio, bits, tags));
  } else {
    const source = join(work, 'track.wav');
    const picture = join(work, 'cover.png');
    writeFileSync(source, encodeWav(audio, bits, null));
    writeFileSync(picture, cover);
    const job = { source, target: partial, cover: picture, tags, trackCount: TRACKS.length };
    await encode(format, encoders[format], job);
  }
  renameSync(partial, target);
  parentPort.postMessage({ name, seconds: audio.frames / rateHz });
} finally {
  rmSync(partial, { force: true });
  rmSync(work, { recursive: true, force: true });
}
