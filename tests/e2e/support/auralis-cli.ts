/** What the native program makes of a file: the yardstick for what the browser plays. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cliPath } from './paths';
import { deinterleave, type StereoPcm } from './pcm';
import { runProgram } from './run-program';

export type Settings = {
  readonly preset?: string;
  /** [0, 1]. */
  readonly intensity?: number;
  readonly original?: boolean;
  readonly level?: 'off' | 'track';
  /** With the album's level. */
  readonly albumLoudnessLufs?: number;
  readonly compare?: 'enhanced' | 'original';
};

const settingsOptions = (settings: Settings): string[] => {
  const { preset, intensity, original, level, albumLoudnessLufs, compare } = settings;
  return [
    ...(preset === undefined ? [] : ['--preset', preset]),
    ...(intensity === undefined ? [] : ['--intensity', String(intensity)]),
    ...(original === true ? ['--original'] : []),
    ...(level === undefined ? [] : ['--level', level]),
    ...(albumLoudnessLufs === undefined
      ? []
      : ['--level', 'album', '--album-loudness', albumLoudnessLufs.toFixed(3)]),
    ...(compare === undefined ? [] : ['--compare', compare]),
  ];
};

const withFolder = async <T>(use: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'auralis-cli-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Decoded by libopus; frame 0 is the first of the gapless track. */
export const decodeRender = (input: string, settings: Settings): Promise<StereoPcm> =>
  withFolder(async (folder) => {
    const output = join(folder, 'render.webm');
    await runProgram(cliPath(), ['render', input, '-o', output, ...settingsOptions(settings)]);
    const decoder = ['-v', 'error', '-request_sample_fmt', 'flt', '-c:a', 'libopus', '-i', output];
    const pcm = await runProgram('ffmpeg', [...decoder, '-f', 'f32le', '-ac', '2', '-']);
    return deinterleave(pcm);
  });

/** What enters the encoder. */
export const rawPcm = (input: string, settings: Settings): Promise<StereoPcm> =>
  withFolder(async (folder) => {
    const output = join(folder, 'render.wav');
    await runProgram(cliPath(), ['pcm', input, '-o', output, ...settingsOptions(settings)]);
    const options = ['-v', 'error', '-i', output, '-f', 'f32le', '-'];
    return deinterleave(await runProgram('ffmpeg', options));
  });

/** As the engine measures it. */
export const measuredLoudnessLufs = async (input: string): Promise<number> => {
  const json = await runProgram(cliPath(), ['analyze', input, '--json']);
  const { profile } = JSON.parse(json.toString()) as {
    profile: { integrated_loudness_lufs: number };
  };
  return profile.integrated_loudness_lufs;
};

/** With `lead` (chunk 0 only) the first cluster has the packet in front that hides a join. */
export const renderChunk = (
  input: string,
  index: number,
  settings: Settings,
  lead = false,
): Promise<Buffer> =>
  withFolder(async (folder) => {
    const output = join(folder, 'chunk.webm');
    const options = ['chunk', input, '--index', String(index), '-o', output];
    if (lead) options.push('--lead');
    await runProgram(cliPath(), [...options, ...settingsOptions(settings)]);
    return readFile(output);
  });

/** The whole track as `auralis render` writes it into a pipe. */
export const renderPipe = (input: string, settings: Settings): Promise<Buffer> =>
  runProgram(cliPath(), ['render', input, '-o', '-', ...settingsOptions(settings)]);

/** The whole track as `auralis render` writes it into a file. */
export const renderFile = (input: string, settings: Settings): Promise<Buffer> =>
  withFolder(async (folder) => {
    const output = join(folder, 'render.webm');
    await runProgram(cliPath(), ['render', input, '-o', output, ...settingsOptions(settings)]);
    return readFile(output);
  });

export const initSegment = (input: string): Promise<Buffer> =>
  withFolder(async (folder) => {
    const output = join(folder, 'init.webm');
    await runProgram(cliPath(), ['chunk', input, '--init', '-o', output]);
    return readFile(output);
  });

export type TrackFacts = {
  readonly container: string;
  readonly output_frame_count: number;
  readonly chunk_count: number;
};

export const trackFacts = async (input: string): Promise<TrackFacts> => {
  const json = await runProgram(cliPath(), ['info', input, '--json']);
  return JSON.parse(json.toString()) as TrackFacts;
};
