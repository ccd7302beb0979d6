/** The whole chain (decode, resample, enhance, encode, mux): CPU time per second of audio. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HEADER, namesOf } from '../vocabulary/generate.mjs';
import { CLI, ROOT, run } from './support.mjs';

const WASM_CHUNKS = 10;
/** In the engine's order. */
export const PRESETS = namesOf(readFileSync(join(ROOT, HEADER), 'utf8'), 'PRESETS');

/** Runs through bash for its `time`: CPU time does not suffer from what else the machine does. */
const nativeCpuSeconds = async (path, preset, output) => {
  const script = 'TIMEFORMAT="%U %S"; { time "$0" "$@" >/dev/null 2>&1; } 2>&1';
  const options = ['render', path, '--preset', preset, '-o', output];
  const said = await run('bash', ['-c', script, CLI, ...options]);
  const [user, system] = said.trim().split(/\s+/).map(Number);
  return user + system;
};

export const loadWasm = async () => {
  const bin = join(ROOT, 'build/wasm/bin');
  const { default: createEngine } = await import(join(bin, 'engine.mjs'));
  // The glue is made for workers: all it asks of one is where it came from.
  globalThis.self ??= { location: { href: import.meta.url } };
  return createEngine({ wasmBinary: await readFile(join(bin, 'engine.wasm')) });
};

/** Renders a chunk; true unless the track ends before it. */
const renderChunk = (session, file, index) => {
  session.requestChunk(index);
  for (;;) {
    const step = session.advance();
    if (step.type === 'needBytes') {
      for (const { begin, end } of step.ranges) session.supply(begin, file.subarray(begin, end));
    } else if (step.type === 'clusterReady') {
      if (step.lastOfChunk) return true;
    } else if (step.type === 'endOfTrack') {
      return false;
    } else if (step.type === 'error' || step.type === 'idle') {
      throw new Error(`the engine stopped: ${JSON.stringify(step)}`);
    }
  }
};

const wasmCpuMsPerSecond = (module, file, preset) => {
  const session = new module.Session();
  session.setSourceSize(file.length);
  session.setEnhancement(PRESETS.indexOf(preset), 100, 1, 0, 0, true);
  renderChunk(session, file, 0); // Probes, and the browser's compiler.
  const before = process.cpuUsage();
  let chunks = 0;
  while (chunks < WASM_CHUNKS && renderChunk(session, file, chunks + 1)) chunks += 1;
  const { user, system } = process.cpuUsage(before);
  session.delete();
  return (user + system) / 1000 / (chunks * 2);
};

/** `tracks`: [{path, presets}]. [{kind, preset, nativeMsPerSecond, wasmMsPerSecond}] */
export const measureEngine = async (tracks, folder) => {
  const module = await loadWasm();
  const results = [];
  for (const { path, presets } of tracks) {
    const facts = JSON.parse(await run(CLI, ['info', path, '--json']));
    const audioSeconds = facts.output_frame_count / 48_000;
    const kind = `${facts.container.toUpperCase()} ${facts.sample_rate_hz / 1000} kHz`;
    const file = await readFile(path);
    for (const preset of presets) {
      const cpuSeconds = await nativeCpuSeconds(path, preset, join(folder, 'render.webm'));
      results.push({
        kind,
        preset,
        nativeMsPerSecond: (1000 * cpuSeconds) / audioSeconds,
        wasmMsPerSecond: wasmCpuMsPerSecond(module, file, preset),
      });
    }
  }
  return results;
};
