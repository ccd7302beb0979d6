/**
 * MediaSource, SourceBuffer and an audio element as the standard has them, as far as the player can
 * see: `updating`, asynchronous events, errors, the quota, append windows, overwriting, stalls, and
 * a decoder that reads ahead. They play in virtual time and note what would have been heard.
 */
import type { MediaPlatform } from '../../web/src/player/media-source-sink';
import { FakeAudio } from './fake-audio';
import { decodeSegments, type FakeCluster } from './fake-webm';
import type { SimClock } from './sim-clock';

/** `session` rendered it; its track's first frame lies at `origin` in media time. */
export type Piece = {
  readonly start: number;
  readonly end: number;
  readonly tag: number;
  readonly session: number;
  readonly origin: number;
  readonly byteLength: number;
};

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
  /** An append starts. */
  onAppend: (bytes: ArrayBuffer) => void = () => undefined;

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

  pieceAt(time: number): Piece | null {
    return this.pieces.find(({ start, end }) => start <= time && time < end) ?? null;
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
    this.onAppend(bytes);
    const mustFail = this.failNextAppend;
    this.failNextAppend = false;
    this.#run(() => {
      if (mustFail) return false;
      for (const segment of decodeSegments(bytes)) {
        if (segment.isInit) this.#initialise();
        else if (!this.#initialised) return false;
        else this.#insert(segment, offset, bytes.byteLength);
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

  #insert(cluster: Required<FakeCluster>, offset: number, byteLength: number): void {
    const { startSeconds, endSeconds, trackSeconds, tag, session } = cluster;
    const start = Math.max(offset + startSeconds, this.#appendWindowStart);
    const end = Math.min(offset + endSeconds, this.#appendWindowEnd);
    if (end <= start) return;
    this.#cut(start, end);
    const origin = offset + startSeconds - trackSeconds;
    this.pieces.push({ start, end, tag, session, origin, byteLength });
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
        if (length > 1e-9) kept.push({ ...piece, ...part, byteLength: share * length });
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
  onBuffer: (buffer: FakeSourceBuffer) => void = () => undefined;

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
    this.onBuffer(buffer);
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

export type FakeMedia = {
  readonly audio: FakeAudio;
  readonly platform: MediaPlatform;
  /** In the order in which they were made. */
  readonly sources: readonly FakeMediaSource[];
};

/** `onBuffer` hears of each SourceBuffer, before anything is in it. */
export const createFakeMedia = (
  clock: SimClock,
  latencyMs: () => number,
  onBuffer: (buffer: FakeSourceBuffer) => void = () => undefined,
): FakeMedia => {
  const byUrl = new Map<string, FakeMediaSource>();
  const sources: FakeMediaSource[] = [];
  const platform: MediaPlatform = {
    managed: false,
    createMediaSource: () => {
      const source = new FakeMediaSource(clock, latencyMs);
      source.onBuffer = onBuffer;
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
