/**
 * Renders a chunk of a made-up track when the worker starts. WebAssembly runs its first second in
 * the browser's baseline compiler at a fraction of its speed; so the first click meets code that
 * is compiled and optimised. Steps aside as soon as somebody wants something.
 */
import type { EngineModule, EngineSession } from '../../../wasm-bindings/engine-module';
import { waveTone } from './wave-tone';

export type WarmUpOptions = {
  readonly yieldToMessages: () => Promise<void>;
  /** A command has arrived. */
  readonly isUnwanted: () => boolean;
};

/** Longer than one chunk, so that a whole one is rendered. */
const TONE_SECONDS = 3;
/** Bounds the loop whatever the engine answers. */
const STEP_COUNT_MAX = 1000;

/** Returns whether the chunk was rendered to its end. */
export const warmUp = async (module: EngineModule, options: WarmUpOptions): Promise<boolean> => {
  // 44.1 kHz, as most music: the resampler is to be warm as well.
  const file = waveTone(TONE_SECONDS, 44_100);
  const session = new module.Session();
  try {
    session.setSourceSize(file.length);
    session.setEnhancement(true, 0, 100);
    session.requestChunk(0);
    for (let count = 0; count < STEP_COUNT_MAX && !options.isUnwanted(); count += 1) {
      if (advance(session, file)) return true;
      await options.yieldToMessages();
    }
    return false;
  } finally {
    session.delete();
  }
};

/** Returns whether the chunk is done. */
const advance = (session: EngineSession, file: Uint8Array): boolean => {
  const step = session.advance();
  if (step.type === 'needBytes') {
    for (const { begin, end } of step.ranges) session.supply(begin, file.subarray(begin, end));
    return false;
  }
  if (step.type === 'clusterReady') return step.lastOfChunk;
  return step.type === 'idle' || step.type === 'endOfTrack' || step.type === 'error';
};
