/** Loudness by another's meter. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PCM_RATE_HZ, interleave, type StereoPcm } from './pcm';
import { runProgram } from './run-program';

/** Integrated loudness by ITU-R BS.1770, as FFmpeg's ebur128 measures it, to 0.1 LU. */
export const loudnessLufs = async (pcm: StereoPcm): Promise<number> => {
  const folder = await mkdtemp(join(tmpdir(), 'auralis-loudness-'));
  try {
    const input = join(folder, 'sound.f32');
    await writeFile(input, interleave(pcm));
    const source = ['-f', 'f32le', '-ar', String(PCM_RATE_HZ), '-ac', '2', '-i', input];
    const meter = 'ebur128=metadata=1,ametadata=print:key=lavfi.r128.I:file=-';
    const log = await runProgram('ffmpeg', [
      '-v',
      'error',
      ...source,
      '-af',
      meter,
      '-f',
      'null',
      '-',
    ]);
    const last = [...log.toString().matchAll(/lavfi\.r128\.I=(-?[\d.]+)/gu)].at(-1)?.[1];
    if (last === undefined) throw new Error('ffmpeg measured nothing');
    return Number(last);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
