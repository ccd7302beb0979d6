/**
 * An audio element as the standard has it, as far as the player can see, playing a FakeMediaSource
 * in virtual time: starts, stalls, seeks, a decoder that reads ahead. Notes what would have been
 * heard.
 */
import type { FakeMediaSource, FakeSourceBuffer, Piece } from './fake-media';
import type { SimClock } from './sim-clock';

/** What was heard: media time of a 10 ms step, its tag, and when; who rendered it, track time. */
export type Heard = {
  readonly mediaTime: number;
  readonly tag: number;
  readonly atMs: number;
  readonly session: number;
  readonly trackTime: number;
};

const STEP_MS = 10;
/** Chrome does not begin with less, and stops this much before the end of a range. */
const START_SECONDS = 0.22;
const STOP_SECONDS = 0.1;

export class FakeAudio extends EventTarget {
  volume = 1;
  muted = false;
  paused = true;
  ended = false;
  seeking = false;
  readyState = 0;
  error: { code: number; message: string } | null = null;
  disableRemotePlayback = false;
  playError: DOMException | null = null;
  /** Files that the browser cannot play, by their addresses: the code of the MediaError. */
  readonly broken = new Map<string, number>();
  /** What the element decodes ahead; a change later than that is not heard in that stretch. */
  readAheadSeconds = 0.3;
  readonly heard: Heard[] = [];
  playCalls = 0;
  #src = '';
  #currentTime = 0;
  #source: FakeMediaSource | null = null;
  #decoded: { readonly time: number; readonly piece: Piece }[] = [];
  #underruns = 0;
  #running = false;
  #playedSteps = 0;
  #starved = false;
  #sinceTimeupdateMs = 0;

  readonly clock: SimClock;
  readonly sources: ReadonlyMap<string, FakeMediaSource>;

  constructor(clock: SimClock, sources: ReadonlyMap<string, FakeMediaSource>) {
    super();
    this.clock = clock;
    this.sources = sources;
    clock.setInterval(() => this.#step(), STEP_MS);
  }

  /**
   * How often it ran dry in the middle of playing: at least a second after a start or a seek, and
   * not because a seek was on its way.
   */
  get underruns(): number {
    return this.#underruns;
  }

  get src(): string {
    return this.#src;
  }

  set src(value: string) {
    this.#source?.detach();
    this.#src = value;
    this.#source = this.sources.get(value) ?? null;
    this.#currentTime = 0;
    this.#decoded = [];
    this.#running = false;
    this.readyState = 0;
    this.paused = true;
    this.ended = false;
    this.error = null;
    this.#source?.attach();
    const source = this.#source;
    source?.addEventListener('fake-metadata', () => {
      if (source !== this.#source || this.readyState > 0) return;
      this.readyState = 1;
      this.#fire('loadedmetadata');
    });
    const code = this.broken.get(value);
    if (code === undefined) return;
    this.clock.setTimeout(() => {
      if (this.#src !== value) return;
      this.error = { code, message: 'in the fake' };
      this.dispatchEvent(new Event('error'));
    }, 5);
  }

  get duration(): number {
    return this.#source ? this.#source.duration : 100;
  }

  get currentTime(): number {
    return this.#currentTime;
  }

  /** HTML Standard 4.8.11.9: what lies beyond the media's length is no place to seek to. */
  set currentTime(value: number) {
    const { duration } = this;
    this.#currentTime = this.readyState > 0 && value > duration ? duration : value;
    this.#playedSteps = 0;
    this.#starved = false;
    this.#decoded = [];
    this.#running = false;
    this.ended = false;
    this.seeking = true;
    this.readyState = Math.min(this.readyState, 1);
    this.#fire('seeking');
  }

  play(): Promise<void> {
    this.playCalls += 1;
    if (this.playError) return Promise.reject(this.playError);
    if (this.ended) this.currentTime = 0;
    if (this.paused) this.#fire('play');
    this.paused = false;
    return Promise.resolve();
  }

  pause(): void {
    if (!this.paused) this.#fire('pause');
    this.paused = true;
    this.#running = false;
  }

  load(): void {
    this.src = '';
  }

  removeAttribute(): void {
    this.src = '';
  }

  #fire(type: string): void {
    this.clock.setTimeout(() => this.dispatchEvent(new Event(type)), 0);
  }

  #bufferedAhead(from: number): number {
    const ranges = this.#source?.buffers[0]?.buffered;
    for (let i = 0; ranges && i < ranges.length; i += 1) {
      if (ranges.start(i) <= from + 1e-3 && from < ranges.end(i)) return ranges.end(i) - from;
    }
    return 0;
  }

  #step(): void {
    const source = this.#source;
    const buffer = source?.buffers[0];
    if (!source || !buffer) return;
    const ahead = this.#bufferedAhead(this.#currentTime);
    const isComplete = source.readyState === 'ended';
    if (!this.#running) {
      const canStart = ahead >= START_SECONDS || (isComplete && ahead > 0);
      if (!canStart) {
        if (isComplete && !this.paused && this.#currentTime >= source.duration - 0.02) this.#end();
        return;
      }
      this.readyState = 4;
      if (this.seeking) {
        this.seeking = false;
        this.#fire('seeked');
      }
      if (this.paused) return;
      this.#running = true;
      if (this.#starved) this.#underruns += 1;
      this.#starved = false;
      this.#fire('playing');
    }
    this.#decode(buffer);
    const next = this.#decoded[0];
    const mustStop = !isComplete && ahead <= STOP_SECONDS;
    if (!next || mustStop) {
      this.#starve(isComplete);
      return;
    }
    this.#decoded.shift();
    const { tag, session, origin } = next.piece;
    const trackTime = next.time - origin;
    const atMs = this.clock.nowMs();
    this.heard.push({ mediaTime: next.time, tag, atMs, session, trackTime });
    this.#currentTime = next.time + STEP_MS / 1000;
    this.#playedSteps += 1;
    this.#sinceTimeupdateMs += STEP_MS;
    if (this.#sinceTimeupdateMs < 250) return;
    this.#sinceTimeupdateMs = 0;
    this.#fire('timeupdate');
  }

  #decode(buffer: FakeSourceBuffer): void {
    for (;;) {
      const last = this.#decoded.at(-1);
      const time = last ? last.time + STEP_MS / 1000 : this.#currentTime;
      if (time - this.#currentTime >= this.readAheadSeconds) return;
      const piece = buffer.pieceAt(time + 1e-6);
      if (piece === null) return;
      this.#decoded.push({ time, piece });
    }
  }

  #starve(isComplete: boolean): void {
    if (isComplete) {
      this.#end();
      return;
    }
    this.#running = false;
    this.#starved = this.#playedSteps * STEP_MS >= 1000;
    this.readyState = 2;
    this.#fire('waiting');
  }

  #end(): void {
    this.#running = false;
    this.paused = true;
    this.ended = true;
    this.#fire('pause');
    this.#fire('ended');
  }
}
