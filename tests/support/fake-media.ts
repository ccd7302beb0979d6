/**
 * MediaSource, SourceBuffer and an audio element as the standard has them, as far as the player can
 * see: `updating`, asynchronous events, errors, the quota, append windows, overwriting, stalls, and
 * a decoder that reads ahead. They play in virtual time and note what would have been heard.
 */
import type { MediaPlatform } from '../../web/src/player/media-source-sink';
import { decodeSegments } from './fake-webm';
import type { SimClock } from './sim-clock';

type Piece = { start: number; end: number; tag: number; byteLength: number };

/** Ranges closer than this are one; the same in all browsers. */
const MERGE_SECONDS = 0.021;

class FakeTimeRanges {
  readonly #ranges: readonly (readonly [number, number])[];
  constructor(ranges: readonly (readonly [number, number])[]) {
    this.#ranges = ranges;
  }
  get length(): number {
    return this.#ranges.length;
  }
  start(index: number): number {
    return this.#ranges[index]?.[0] ?? NaN;
  }
  end(index: number): number {
    return this.#ranges[index]?.[1] ?? NaN;
  }
}

const fail = (name: string): never => {
  throw new DOMException(`${name} in the fake`, name);
};

export class FakeSourceBuffer extends EventTarget {
  updating = false;
  #appendWindowStart = 0;
  #appendWindowEnd = Infinity;
  #timestampOffset = 0;
  #initialised = false;
  #operation = 0;
  readonly pieces: Piece[] = [];
  /** How each operation began, in order. */
  readonly log: string[] = [];
  /** Where each appended cluster begins, noted when its append starts. */
  readonly appendedFrom: number[] = [];
  /** The next append ends in an `error` event. */
  failNextAppend = false;
  quotaBytes = 9_000_000;

  readonly source: FakeMediaSource;
  readonly clock: SimClock;
  readonly latencyMs: () => number;

  constructor(source: FakeMediaSource, clock: SimClock, latencyMs: () => number) {
    super();
    this.source = source;
    this.clock = clock;
    this.latencyMs = latencyMs;
  }

  get timestampOffset(): number {
    return this.#timestampOffset;
  }

  set timestampOffset(value: number) {
    this.#check();
    this.#timestampOffset = value;
  }

  get appendWindowStart(): number {
    return this.#appendWindowStart;
  }

  set appendWindowStart(value: number) {
    this.#check();
    if (value < 0 || value >= this.#appendWindowEnd) throw new TypeError('an empty window');
    this.#appendWindowStart = value;
  }

  get appendWindowEnd(): number {
    return this.#appendWindowEnd;
  }

  set appendWindowEnd(value: number) {
    this.#check();
    if (value <= this.#appendWindowStart) throw new TypeError('an empty window');
    this.#appendWindowEnd = value;
  }

  get byteLength(): number {
    return this.pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  get buffered(): TimeRanges {
    const merged: [number, number][] = [];
    for (const { start, end } of this.pieces) {
      const last = merged.at(-1);
      if (last && start - last[1] < MERGE_SECONDS) last[1] = Math.max(last[1], end);
      else merged.push([start, end]);
    }
    return new FakeTimeRanges(merged) as unknown as TimeRanges;
  }

  tagAt(time: number): number | null {
    return this.pieces.find(({ start, end }) => start <= time && time < end)?.tag ?? null;
  }

  appendBuffer(bytes: ArrayBuffer): void {
    this.#check();
    if (this.byteLength + bytes.byteLength > this.quotaBytes) fail('QuotaExceededError');
    this.source.reopen();
    this.log.push('append');
    const offset = this.#timestampOffset;
    for (const { isInit, startSeconds } of decodeSegments(bytes)) {
      if (!isInit) this.appendedFrom.push(offset + startSeconds);
    }
    const mustFail = this.failNextAppend;
    this.failNextAppend = false;
    this.#run(() => {
      if (mustFail) return false;
      for (const segment of decodeSegments(bytes)) {
        const { isInit, startSeconds, endSeconds, tag } = segment;
        if (isInit) this.#initialise();
        else if (!this.#initialised) return false;
        else this.#insert(offset + startSeconds, offset + endSeconds, tag, bytes.byteLength);
      }
      return true;
    });
  }

  remove(start: number, end: number): void {
    this.#check();
    const { duration } = this.source;
    if (Number.isNaN(duration) || start < 0 || start > duration || end <= start) {
      throw new TypeError('remove() outside the media');
    }
    this.source.reopen();
    this.log.push(`remove ${start.toFixed(2)}-${end.toFixed(2)}`);
    this.#run(() => {
      this.#cut(start, end);
      return true;
    });
  }

  abort(): void {
    if (this.source.readyState !== 'open') fail('InvalidStateError');
    this.#operation += 1;
    if (this.updating) this.updating = false;
  }

  #check(): void {
    if (this.updating || this.source.readyState === 'closed') fail('InvalidStateError');
  }

  #run(work: () => boolean): void {
    this.updating = true;
    const operation = ++this.#operation;
    this.clock.setTimeout(() => {
      if (operation !== this.#operation || this.source.readyState === 'closed') return;
      const succeeded = work();
      this.updating = false;
      if (!succeeded) this.dispatchEvent(new Event('error'));
      this.dispatchEvent(new Event('updateend'));
    }, this.latencyMs());
  }

  #initialise(): void {
    this.#initialised = true;
    this.source.dispatchEvent(new Event('fake-metadata'));
  }

  #insert(from: number, to: number, tag: number, byteLength: number): void {
    const start = Math.max(from, this.#appendWindowStart);
    const end = Math.min(to, this.#appendWindowEnd);
    if (end <= start) return;
    this.#cut(start, end);
    this.pieces.push({ start, end, tag, byteLength });
    this.pieces.sort((a, b) => a.start - b.start);
    this.source.grow(end);
  }

  #cut(start: number, end: number): void {
    const kept: Piece[] = [];
    for (const piece of this.pieces) {
      const share = piece.byteLength / (piece.end - piece.start);
      const parts = [
        { start: piece.start, end: Math.min(piece.end, start) },
        { start: Math.max(piece.start, end), end: piece.end },
      ];
      for (const part of parts) {
        const length = part.end - part.start;
        if (length > 1e-9) kept.push({ ...part, tag: piece.tag, byteLength: share * length });
      }
    }
    this.pieces.splice(0, this.pieces.length, ...kept.sort((a, b) => a.start - b.start));
  }
}

export class FakeMediaSource extends EventTarget {
  readyState: 'closed' | 'open' | 'ended' = 'closed';
  buffers: FakeSourceBuffer[] = [];
  #duration = NaN;
  endCount = 0;

  readonly clock: SimClock;
  readonly latencyMs: () => number;

  constructor(clock: SimClock, latencyMs: () => number) {
    super();
    this.clock = clock;
    this.latencyMs = latencyMs;
  }

  get duration(): number {
    return this.readyState === 'closed' ? NaN : this.#duration;
  }

  set duration(value: number) {
    if (this.readyState !== 'open' || this.buffers.some(({ updating }) => updating)) {
      fail('InvalidStateError');
    }
    if (value < this.#bufferedEnd() - MERGE_SECONDS) fail('InvalidStateError');
    this.#duration = value;
  }

  addSourceBuffer(type: string): SourceBuffer {
    if (type !== 'audio/webm;codecs=opus') fail('NotSupportedError');
    if (this.readyState !== 'open') fail('InvalidStateError');
    const buffer = new FakeSourceBuffer(this, this.clock, this.latencyMs);
    this.buffers.push(buffer);
    return buffer as unknown as SourceBuffer;
  }

  endOfStream(): void {
    if (this.readyState !== 'open') fail('InvalidStateError');
    if (this.buffers.some(({ updating }) => updating)) fail('InvalidStateError');
    this.readyState = 'ended';
    this.endCount += 1;
    this.#duration = this.#bufferedEnd();
  }

  /** Coded frame processing: media may be longer than was said. */
  grow(end: number): void {
    if (end > this.#duration) this.#duration = end;
  }

  reopen(): void {
    if (this.readyState !== 'ended') return;
    this.readyState = 'open';
    this.dispatchEvent(new Event('sourceopen'));
  }

  attach(): void {
    this.clock.setTimeout(() => {
      this.readyState = 'open';
      this.dispatchEvent(new Event('sourceopen'));
    }, this.latencyMs());
  }

  detach(): void {
    this.readyState = 'closed';
    this.buffers = [];
  }

  #bufferedEnd(): number {
    return Math.max(0, ...this.buffers.flatMap(({ pieces }) => pieces.map(({ end }) => end)));
  }
}

/** What was heard: media time of a 10 ms step, its tag, and when. */
export type Heard = { readonly mediaTime: number; readonly tag: number; readonly atMs: number };

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
  #decoded: { time: number; tag: number }[] = [];
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
    this.heard.push({ mediaTime: next.time, tag: next.tag, atMs: this.clock.nowMs() });
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
      const tag = buffer.tagAt(time + 1e-6);
      if (tag === null) return;
      this.#decoded.push({ time, tag });
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

export type FakeMedia = {
  readonly audio: FakeAudio;
  readonly platform: MediaPlatform;
  /** In the order in which they were made. */
  readonly sources: readonly FakeMediaSource[];
};

export const createFakeMedia = (clock: SimClock, latencyMs: () => number): FakeMedia => {
  const byUrl = new Map<string, FakeMediaSource>();
  const sources: FakeMediaSource[] = [];
  const platform: MediaPlatform = {
    managed: false,
    createMediaSource: () => {
      const source = new FakeMediaSource(clock, latencyMs);
      sources.push(source);
      return source as unknown as MediaSource;
    },
    isTypeSupported: (type) => type === 'audio/webm;codecs=opus',
    createObjectUrl: (source) => {
      const url = `blob:fake/${sources.length}`;
      byUrl.set(url, source as unknown as FakeMediaSource);
      return url;
    },
    revokeObjectUrl: () => undefined,
  };
  return { audio: new FakeAudio(clock, byUrl), platform, sources };
};
