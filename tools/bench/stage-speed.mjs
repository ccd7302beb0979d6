/** Milliseconds of processor time per stage of the engine, and of the probes before the plan. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadWasm } from './engine-speed.mjs';
import { ROOT, run } from './support.mjs';

const DSP_BENCH = join(ROOT, 'build/native/bin/dsp_bench');
const WASM_RUNS = 8;

/** Lines of the table, natively; the same stages and music as tests/perf counts. */
export const stageTable = async (folder) => {
  const [wav, flac, mp3] = ['wav', 'flac', 'mp3'].map((end) => join(folder, `stages.${end}`));
  await run(DSP_BENCH, ['input', wav]);
  await run('flac', ['--silent', '-o', flac, wav]);
  await run('lame', ['--silent', '-b', '192', wav, mp3]);
  const table = await run(DSP_BENCH, ['stages', wav, flac, mp3]);
  return ['stages, native, ms per second of audio', ...table.trimEnd().split('\n')];
};

/** From the headers of the track to its plan. */
const wasmProbeMs = (module, file) => {
  const session = new module.Session();
  session.setSourceSize(file.length);
  session.setEnhancement(0, 100, 1, 0, 0, true);
  session.requestChunk(0);
  let before = null;
  for (;;) {
    const step = session.advance();
    if (step.type === 'trackReady') before = process.cpuUsage();
    if (step.type === 'planReady') break;
    if (step.type === 'error' || step.type === 'idle') throw new Error(JSON.stringify(step));
    if (step.type !== 'needBytes') continue;
    for (const { begin, end } of step.ranges) session.supply(begin, file.subarray(begin, end));
  }
  const { user, system } = process.cpuUsage(before);
  session.delete();
  return (user + system) / 1000;
};

/** {nativeMs, wasmMs}: what finding out about the track at `path` costs; the best of some runs. */
export const measureProbes = async (path) => {
  const nativeMs = Number(await run(DSP_BENCH, ['probes', path]));
  const module = await loadWasm();
  const file = await readFile(path);
  const times = Array.from({ length: WASM_RUNS }, () => wasmProbeMs(module, file));
  return { nativeMs, wasmMs: Math.min(...times) };
};
