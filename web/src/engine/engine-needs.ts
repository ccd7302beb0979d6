/** Notices an engine that asks for the same bytes for ever, which is a bug. */
import { PlayerError } from '../shared/errors';
import type { ByteRange } from '../shared/units';

/** It may ask again for what it has let go. */
const REPEATED_NEED_MAX = 3;

export class EngineNeeds {
  #last = '';
  #count = 0;

  /** It was told something, or does something else. */
  reset(): void {
    this.#last = '';
    this.#count = 0;
  }

  /** Not null: it has asked too often. */
  ask(ranges: readonly ByteRange[]): PlayerError | null {
    const need = ranges.map(({ begin, end }) => `${begin}-${end}`).join();
    this.#count = need === this.#last ? this.#count + 1 : 1;
    this.#last = need;
    if (this.#count <= REPEATED_NEED_MAX) return null;
    const words = `the engine asks again and again for the bytes ${need}; please report this`;
    return new PlayerError('internal', words);
  }
}
