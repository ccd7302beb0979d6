/** Tracks that nobody has played: every turn of a measurement takes others. */
import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, run } from './support.mjs';

export const KINDS = ['wav', 'flac', 'mp3'];
const SECONDS = 120;
const RATE_HZ = 44_100;

/** The demo album as one line of sound, each file from another place on. */
const writeWav = async (path, index) => {
  const album = join(ROOT, 'build/demo-album');
  const names = (await readdir(album)).filter((name) => /\.(wav|flac|mp3)$/.test(name)).sort();
  const turned = names.map((_, k) => names[(k + index) % names.length]);
  const shiftSeconds = (index * 7) % 40;
  const chain = turned
    .map((_, k) => `[${k}:a]aresample=${RATE_HZ},aformat=s16:channel_layouts=stereo[a${k}]`)
    .join(';');
  const joined = turned.map((_, k) => `[a${k}]`).join('');
  const cut = `aloop=-1:2e9,atrim=${shiftSeconds}:${shiftSeconds + SECONDS}`;
  await run('ffmpeg', [
    ...['-v', 'error'],
    ...turned.flatMap((name) => ['-i', join(album, name)]),
    '-filter_complex',
    `${chain};${joined}concat=n=${turned.length}:v=0:a=1,${cut}`,
    ...['-map_metadata', '-1', '-bitexact', path],
  ]);
};

const write = async (folder, kind, name, index) => {
  const wav = join(folder, `${name}.wav`);
  await writeWav(wav, index);
  if (kind === 'wav') return;
  if (kind === 'flac') {
    await run('flac', ['--silent', '--delete-input-file', '-o', join(folder, `${name}.flac`), wav]);
    return;
  }
  await run('lame', ['--silent', '-V', '2', wav, join(folder, `${name}.mp3`)]);
  await run('rm', [wav]);
};

/**
 * Fills `folder` and returns, for each kind, lists of `turns` titles by `parts`. In the page's list
 * each stands between two short tracks, since the neighbours of what plays are prepared; a part
 * whose name ends in `+` is followed by one that is untouched as well.
 */
export const writeUntouched = async (folder, parts, turns) => {
  const pad = join(folder, '0000 pad.wav');
  const noise = 'anoisesrc=r=44100:a=0.1:seed=1:d=5';
  await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', noise, '-ac', '2', '-bitexact', pad]);
  const titles = {};
  let count = 0;
  const nextName = (what) => `${String((count += 1)).padStart(4, '0')} ${what}`;
  for (const kind of KINDS) {
    titles[kind] = Object.fromEntries(parts.map((part) => [part, []]));
    for (let turn = 0; turn < turns; turn += 1) {
      for (const part of parts) {
        const name = nextName(kind);
        await write(folder, kind, name, count);
        titles[kind][part].push(name);
        if (part.endsWith('+')) await write(folder, kind, nextName(kind), count);
        await copyFile(pad, join(folder, `${nextName('pad')}.wav`));
      }
    }
  }
  return titles;
};
