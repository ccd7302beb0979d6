/** Turns failures of the engine and of its surroundings into errors with words for a person. */
import type { EngineStep } from '../../../wasm-bindings/engine-module';
import { PlayerError, type ErrorCode } from '../shared/errors';
import type { EngineErrorCode } from '../shared/vocabulary';

type ErrorStep = Extract<EngineStep, { readonly type: 'error' }>;

const PLAYER_CODE: Readonly<Record<EngineErrorCode, ErrorCode>> = {
  unsupported: 'unsupported',
  corrupt: 'corrupt',
  // Legal, but larger than the engine is made for: the original plays all the same.
  limit: 'unsupported',
  argument: 'internal',
};

/** What went wrong, where in the file, and what can be done. */
export const engineError = (step: ErrorStep): PlayerError =>
  new PlayerError(PLAYER_CODE[step.code], engineErrorWords(step), { detail: step.detail });

const engineErrorWords = (step: ErrorStep): string => {
  const where = `at byte ${step.byteOffset}`;
  switch (step.code) {
    case 'unsupported':
    case 'limit':
      // Where it was noticed helps nobody: the whole file is of this kind.
      return `this track cannot be enhanced: ${step.message}`;
    case 'corrupt':
      return `the file is damaged ${where}: ${step.message}`;
    case 'argument':
      return `the engine was used wrongly ${where}: ${step.message}; please report this`;
  }
};

/** The module threw or trapped: nothing in its memory can be trusted any more. */
export const engineCrash = (cause: unknown): PlayerError => {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const words = `the audio engine stopped: ${reason}; open the track again`;
  return new PlayerError('internal', words, { cause });
};

/** Calls into the module; null when it threw, which nothing in it survives. */
export type EngineCalls = <T>(run: () => T) => T | null;

export const engineCalls =
  (onCrash: (error: PlayerError) => void): EngineCalls =>
  (run) => {
    try {
      return run();
    } catch (error) {
      onCrash(engineCrash(error));
      return null;
    }
  };

export const asPlayerError = (error: unknown): PlayerError =>
  error instanceof PlayerError ? error : engineCrash(error);
