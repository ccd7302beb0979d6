/**
 * Renders a chunk of each kind of made-up track when the worker starts. WebAssembly runs its first
 * seconds in the browser's baseline compiler at a fraction of its speed; so the first click meets
 * code that is compiled and optimised. Steps aside as soon as somebody wants something.
 */
import type { EngineModule, EngineSession } from '../../../wasm-bindings/engine-module';
import { flacNoise, mp3Noise, WARM_UP_RATE_HZ } from './warm-up-tracks';
import { waveTone } from './wave-tone';

export type WarmUpOptions = {
  readonly yieldToMessages: () => Promise<void>;
  /** A command has arrived. */
  readonly isUnwanted: () => boolean;
};

/** Longer than one chunk, so that a whole one is rendered. */
const TRACK_SECONDS = 2.5;
/** Bounds the loop whatever the engine answers. */
const STEP_COUNT_MAX = 1000;

/**
 * Made one at a time, as making them takes milliseconds too. The costly decoders come first, in
 * case there is no time for all.
 */
const TRACKS: readonly (() => Uint8Array)[] = [
  () => mp3Noise(TRACK_SECONDS),
  () => flacNoise(TRACK_SECONDS),
  () => waveTone(TRACK_SECONDS, WARM_UP_RATE_HZ),
];

/** Returns for how many tracks a chunk was rendered to its end. */
export const warmUp = async (module: EngineModule, options: WarmUpOptions): Promise<number> => {
  let rendered = 0;
  for (const makeTrack of TRACKS) {
    await options.yieldToMessages();
    if (options.isUnwanted()) break;
    if (await renderChunk(module, makeTrack(), options)) rendered += 1;
  }
  return rendered;
};

const renderChunk = async (
  module: EngineModule,
  file: Uint8Array,
  { yieldToMessages, isUnwanted }: WarmUpOptions,
): Promise<boolean> => {
  const session = new module.Session();
  try {
    session.setSourceSize(file.length);
    session.setEnhancement(0, 100, 1, 0, 0, true);
    session.requestChunk(0);
    for (let count = 0; count < STEP_COUNT_MAX && !isUnwanted(); count += 1) {
      const outcome = advance(session, file);
      if (outcome !== 'going') return outcome === 'done';
      await yieldToMessages();
    }
    return false;
  } finally {
    session.delete();
  }
};

const advance = (session: EngineSession, file: Uint8Array): 'going' | 'done' | 'stuck' => {
  const step = session.advance();
  switch (step.type) {
    case 'needBytes':
      for (const { begin, end } of step.ranges) session.supply(begin, file.subarray(begin, end));
      return 'going';
    case 'clusterReady':
      return step.lastOfChunk ? 'done' : 'going';
    case 'idle':
    case 'endOfTrack':
    case 'error':
      return 'stuck';
    default:
      return 'going';
  }
};
