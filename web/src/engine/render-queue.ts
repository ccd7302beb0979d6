/** The renders of one session, one after another, and their answers. */
import type { EngineSession } from '../../../wasm-bindings/engine-module';
import { PlayerError } from '../shared/errors';
import type { ChunkIndex } from '../shared/units';
import type { EngineEvent, ResultOf } from './engine-protocol';

/** How a session speaks to the page. */
export type Voice = {
  readonly answer: (
    id: number,
    result: ResultOf[keyof ResultOf],
    transfer?: Transferable[],
  ) => void;
  readonly refuse: (id: number, error: PlayerError) => void;
  readonly tell: (event: EngineEvent, transfer?: Transferable[]) => void;
};

/** A chunk to render; `id` is null where no command waits for its end. */
export type Job = { id: number | null; readonly chunk: ChunkIndex; begun: boolean };

/** More than any buffer policy asks for ahead of time. */
const JOB_COUNT_MAX = 64;

export class RenderQueue {
  readonly #voice: Voice;
  #jobs: Job[];

  /** `firstChunk` is rendered without a command; null: nothing is. */
  constructor(voice: Voice, firstChunk: ChunkIndex | null) {
    this.#voice = voice;
    this.#jobs = firstChunk === null ? [] : [{ id: null, chunk: firstChunk, begun: false }];
  }

  get isEmpty(): boolean {
    return this.#jobs.length === 0;
  }

  get first(): Job | null {
    return this.#jobs[0] ?? null;
  }

  add(id: number, chunk: ChunkIndex): void {
    const first = this.#jobs[0];
    if (first?.id === null && first.chunk === chunk) {
      // What `open` has begun; now somebody wants to hear of its end.
      first.id = id;
    } else if (this.#jobs.length < JOB_COUNT_MAX) {
      this.#jobs.push({ id, chunk, begun: false });
    } else {
      const words = `more than ${JOB_COUNT_MAX} renders were asked for at once`;
      this.#voice.refuse(id, new PlayerError('internal', words));
    }
  }

  /** Lets the engine wish for the first job's chunk, unless it does already. */
  begin(engine: EngineSession): void {
    const job = this.#jobs[0];
    if (job === undefined || job.begun) return;
    job.begun = true;
    engine.requestChunk(job.chunk);
  }

  finish(ended: boolean): void {
    const job = this.#jobs.shift();
    if (job !== undefined && job.id !== null) {
      this.#voice.answer(job.id, { ended, superseded: false });
    }
  }

  /** None of them counts any more. */
  supersede(): void {
    for (const id of this.#takeIds()) this.#voice.answer(id, { ended: false, superseded: true });
  }

  refuseAll(error: PlayerError): void {
    for (const id of this.#takeIds()) this.#voice.refuse(id, error);
  }

  #takeIds(): number[] {
    const ids = this.#jobs.flatMap(({ id }) => (id === null ? [] : [id]));
    this.#jobs = [];
    return ids;
  }
}
