/**
 * The WebAssembly module that the page loads and the native program make the same bytes of the same
 * file, for every format, preset and intensity, chunk by chunk.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { EngineModule, EngineSession } from '../../wasm-bindings/engine-module';
import { LEVELS, PRESETS } from '../../web/src/shared/vocabulary';
import { loadRealEngine } from '../support/real-engine';
import { renderChunk } from './support/auralis-cli';
import { makeSound, writeFlac, writeMp3, writeWav } from './support/music';

jest.setTimeout(300_000);

const PERCENTS = [0, 50, 100];
const SECONDS = 5.13;
const STEP_COUNT_MAX = 100_000;

const sound = (rateHz: number, seed: number, channelCount = 2) =>
  makeSound(rateHz, Math.round(rateHz * SECONDS), seed, channelCount);

/** Six seconds of MPEG-2 with intensity stereo, which no encoder at hand writes. */
const writeOldMp3 = async (path: string): Promise<void> => {
  const old = await readFile('/usr/share/games/asc/music/machine_wars.mp3');
  await writeFile(path, old.subarray(0, 60_000));
};

const FILES: Readonly<Record<string, (path: string) => Promise<void>>> = {
  'cd.wav': (path) => writeWav(path, sound(44_100, 41), 'int16'),
  'studio.wav': (path) => writeWav(path, sound(48_000, 42), 'int24'),
  'float.wav': (path) => writeWav(path, sound(96_000, 43), 'float32'),
  'cd.flac': (path) => writeFlac(path, sound(44_100, 44), 'int16'),
  'studio.flac': (path) => writeFlac(path, sound(96_000, 45), 'int24', ['--best']),
  'constant.mp3': (path) => writeMp3(path, sound(44_100, 46)),
  'variable.mp3': (path) => writeMp3(path, sound(48_000, 47), ['-V', '2']),
  'old.mp3': writeOldMp3,
  'mono.mp3': (path) => writeMp3(path, sound(22_050, 48, 1), ['-m', 'm', '--cbr', '-b', '64']),
};

let folder: string;
let engine: EngineModule;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auralis-equal-'));
  engine = await loadRealEngine();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Drives a session to the end of one chunk. */
const renderInWasm = (session: EngineSession, file: Buffer, index: number): Buffer => {
  const clusters: Uint8Array[] = [];
  session.requestChunk(index);
  for (let count = 0; count < STEP_COUNT_MAX; count += 1) {
    const step = session.advance();
    if (step.type === 'needBytes') {
      for (const { begin, end } of step.ranges) session.supply(begin, file.subarray(begin, end));
    } else if (step.type === 'clusterReady') {
      clusters.push(step.lead ?? step.bytes);
      if (step.lastOfChunk) return Buffer.concat(clusters);
    } else if (step.type !== 'working' && step.type !== 'trackReady' && step.type !== 'planReady') {
      throw new Error(`chunk ${index}: ${JSON.stringify(step)}`);
    }
  }
  throw new Error(`chunk ${index} does not end`);
};

describe('Native and WebAssembly', () => {
  it.each(Object.keys(FILES))('make the same chunks of %s', async (name) => {
    const path = join(folder, name);
    await FILES[name]?.(path);
    const file = await readFile(path);
    const seen = new Set<string>();
    for (const [presetIndex, preset] of PRESETS.entries()) {
      for (const percent of PERCENTS) {
        for (const index of [2, 0, 1]) {
          const session = new engine.Session();
          session.setSourceSize(file.length);
          session.setEnhancement(presetIndex, percent, 1, 0, 0, true);
          const wasm = renderInWasm(session, file, index);
          session.delete();
          const settings = { preset, intensity: percent / 100 };
          const native = await renderChunk(path, index, settings, index === 0);
          const equal = wasm.equals(native);
          expect({ preset, percent, index, equal }).toEqual({
            preset,
            percent,
            index,
            equal: true,
          });
          if (index === 1) seen.add(wasm.toString('latin1'));
        }
      }
    }
    // Not by making the same of everything: the presets differ at full intensity.
    expect(seen.size).toBeGreaterThanOrEqual(4);
  });

  it.each(['off', 'track', 'album'] as const)(
    'make the same original of a loud file, with the level %s',
    async (level) => {
      const path = join(folder, 'loud.wav');
      const { rateHz, channels } = sound(44_100, 49);
      // Pressed against full scale, as masters are.
      const pressed = channels.map((samples) => samples.map((value) => Math.tanh(6 * value)));
      await writeWav(path, { rateHz, channels: pressed }, 'float32');
      const file = await readFile(path);
      const seen = new Set<string>();
      const albumMlufs = level === 'album' ? -6_000 : 0;
      const ofLevel = level === 'album' ? { albumLoudnessLufs: -6 } : { level };
      for (const [presetIndex, preset] of PRESETS.entries()) {
        for (const index of [2, 0]) {
          const session = new engine.Session();
          session.setSourceSize(file.length);
          session.setEnhancement(presetIndex, 100, LEVELS.indexOf(level), albumMlufs, 0, false);
          const wasm = renderInWasm(session, file, index);
          session.delete();
          const settings = { preset, original: true, ...ofLevel };
          const native = await renderChunk(path, index, settings, index === 0);
          expect({ preset, index, equal: wasm.equals(native) }).toEqual({
            preset,
            index,
            equal: true,
          });
          if (index === 0) seen.add(wasm.toString('latin1'));
        }
      }
      // As loud as each preset makes it; but without a level untouched.
      if (level === 'off') expect(seen.size).toBe(1);
      else expect(seen.size).toBeGreaterThanOrEqual(3);
    },
  );
});
