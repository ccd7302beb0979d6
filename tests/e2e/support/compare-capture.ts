/**
 * Tells what a recording of the player really holds: which stretches of which reference, in which
 * order, and everything that is neither. A hole, a repeat, a slip of a single sample, a stretch of
 * some other sound or a moment of distortion each leave a mark in the result.
 *
 * The recording is followed in blocks of 10 ms. Where a block differs from its place in the
 * reference, the sound is looked for anew in all references; boundaries are then placed exactly, by
 * the least squared error.
 */
import { PCM_RATE_HZ, frameCountOf, type StereoPcm } from './pcm';
import { NEEDLE_FRAMES, SoundLocator, toMono } from './sound-locator';

export type Reference = { readonly name: string; readonly pcm: StereoPcm };

export type Segment = {
  readonly reference: string;
  readonly captureStart: number;
  readonly referenceStart: number;
  readonly frames: number;
  /** Energy of the difference over that of the reference, without the first 200 ms. */
  readonly residualDb: number;
  /** From the segment's start to the end of its last block that is above ROUGH_DB. */
  readonly settleFrames: number;
};

/** How one segment follows another. */
export type Transition = {
  readonly captureFrame: number;
  /** Captured frames between the two that belong to neither. */
  readonly gapFrames: number;
  /** Whether the gap is digital silence. */
  readonly gapSilent: boolean;
  /** Frames of the reference that were left out (> 0) or repeated (< 0). */
  readonly referenceJump: number;
  readonly from: string;
  readonly to: string;
};

export type Comparison = {
  readonly segments: readonly Segment[];
  readonly transitions: readonly Transition[];
  /** Frames that sound, and are found in no reference. */
  readonly strangeFrames: number;
  /** Where these are in the capture: begin and end, half-open; silence inside counts in. */
  readonly strangeStretches: readonly (readonly [number, number])[];
};

// Looked up once: a global costs much in Jest's sandbox.
const { abs, max, min } = Math;

const BLOCK = 480;
/** Below this amplitude (-106 dBFS) nothing sounds. */
const SILENCE = 5e-6;
/** Boundaries to sound that is found nowhere are placed in steps of 1 ms. */
const FINE_BLOCK = 48;
/** Where nothing matches, the next look is taken so much later. */
const STRANGE_STEP = 2400;
/** Twice the overlap of Opus' MDCT. */
const FADE_FRAMES = 240;
/** A recording that needs more searches than this is bad anyway; the rest is not looked for. */
const SEARCHES_MAX = 80;
/** This long a run of digital silence where the reference sounds is a hole. */
const SILENT_RUN_FRAMES = 48;
/** A block farther from its reference than this is looked at again. */
const ROUGH_DB = -30;
/** A place in a reference farther from the sound than this is no match. */
const MATCH_DB = -6;
/** Opus takes its time to settle after a seek or a splice. */
const SETTLE_FRAMES = 9600;

type Track = { readonly name: string; readonly pcm: StereoPcm; readonly locator: SoundLocator };
/** A stretch that follows one reference: `reference frame = capture frame + lag`. */
type Run = { readonly track: Track; readonly lag: number; begin: number; end: number };

const toDb = (ratio: number): number => 10 * Math.log10(max(ratio, 1e-20));

const isSilent = ({ left, right }: StereoPcm, frame: number): boolean =>
  abs(left[frame] ?? 0) < SILENCE && abs(right[frame] ?? 0) < SILENCE;

/** Squared difference of one frame. */
const errorAt = (
  captured: StereoPcm,
  { track, lag }: Pick<Run, 'track' | 'lag'>,
  frame: number,
) => {
  const left = (captured.left[frame] ?? 0) - (track.pcm.left[frame + lag] ?? 0);
  const right = (captured.right[frame] ?? 0) - (track.pcm.right[frame + lag] ?? 0);
  return left * left + right * right;
};

const energyOf = ({ left, right }: StereoPcm, begin: number, end: number): number => {
  let sum = 0;
  for (let k = max(0, begin); k < end; k += 1) {
    sum += (left[k] ?? 0) ** 2 + (right[k] ?? 0) ** 2;
  }
  return sum;
};

class Follower {
  readonly #captured: StereoPcm;
  readonly #mono: Float32Array;
  readonly #tracks: readonly Track[];
  readonly runs: Run[] = [];
  /** Where sound began after the last silence. */
  #soundStart = -Infinity;
  #lostUntil = 0;
  #searches = 0;

  constructor(captured: StereoPcm, references: readonly Reference[]) {
    this.#captured = captured;
    this.#mono = toMono(captured);
    this.#tracks = references.map((reference) => ({
      ...reference,
      locator: new SoundLocator(reference.pcm),
    }));
  }

  follow(): void {
    const end = frameCountOf(this.#captured);
    let run: Run | null = null;
    let position = 0;
    while (position < end) {
      if (run === null) {
        const soundStart = this.#skipSilence(position);
        if (soundStart > position) this.#soundStart = soundStart;
        position = soundStart;
        if (position >= end) return;
        run = this.#find(position, null);
        if (run === null) {
          position += STRANGE_STEP;
        } else {
          this.#trimBegin(run);
          this.runs.push(run);
          position = run.end;
        }
        continue;
      }
      const referenceEnd = frameCountOf(run.track.pcm) - run.lag;
      const blockEnd = min(position + BLOCK, end, referenceEnd);
      if (position >= referenceEnd) {
        run = null;
        continue;
      }
      const hole = this.#holeIn(run, position, blockEnd);
      if (hole !== null) {
        run.end = hole;
        this.#lostUntil = hole;
        position = hole;
        run = null;
        continue;
      }
      const next = this.#isRough(run, position, blockEnd) ? this.#find(position, run) : run;
      if (next === run) {
        run.end = blockEnd;
        position = blockEnd;
      } else {
        if (next === null) this.#extendEnd(run, blockEnd);
        else this.#hand(run, next, position, blockEnd);
        // This block is not looked at again, whatever it is: each turn makes progress.
        this.#lostUntil = blockEnd;
        position = blockEnd;
        run = next;
      }
    }
  }

  #hand(run: Run, next: Run, position: number, blockEnd: number): void {
    run.end = this.#meet(run, next, position);
    next.end = blockEnd;
    this.runs.push(next);
  }

  /** Strange sound before a match was passed in large steps: find where the match begins. */
  #trimBegin(run: Run): void {
    const earliest = max(this.#lostUntil, run.begin - STRANGE_STEP);
    let begin = run.begin;
    while (begin < run.begin + STRANGE_STEP && !this.#fits(run, begin)) begin += FINE_BLOCK;
    while (begin - FINE_BLOCK >= earliest && this.#fits(run, begin - FINE_BLOCK))
      begin -= FINE_BLOCK;
    // A decoder that starts cold fades in.
    const fade = begin - this.#soundStart;
    run.begin = fade > 0 && fade <= FADE_FRAMES ? this.#soundStart : begin;
    run.end = begin;
  }

  #extendEnd(run: Run, limit: number): void {
    while (run.end + FINE_BLOCK <= limit && this.#fits(run, run.end)) run.end += FINE_BLOCK;
  }

  #fits(run: Run, begin: number): boolean {
    return this.residualDb(run, begin, begin + FINE_BLOCK) < MATCH_DB;
  }

  #skipSilence(position: number): number {
    let frame = position;
    while (frame < frameCountOf(this.#captured) && isSilent(this.#captured, frame)) frame += 1;
    return frame;
  }

  residualDb(run: Pick<Run, 'track' | 'lag'>, begin: number, end: number): number {
    let error = 0;
    for (let frame = begin; frame < end; frame += 1) error += errorAt(this.#captured, run, frame);
    const energy = energyOf(run.track.pcm, begin + run.lag, end + run.lag);
    // Neither sounds: nothing differs.
    if (energy < 1e-9 && error < 1e-9) return -200;
    return toDb(error / max(energy, 1e-12));
  }

  #isRough(run: Run, begin: number, end: number): boolean {
    return this.residualDb(run, begin, end) > ROUGH_DB;
  }

  /** First frame of a run of silence that the reference does not have; null if there is none. */
  #holeIn(run: Run, begin: number, end: number): number | null {
    let first = begin;
    for (let frame = begin; frame < end + SILENT_RUN_FRAMES; frame += 1) {
      if (!isSilent(this.#captured, frame)) first = frame + 1;
      if (first >= end) return null;
      if (frame + 1 - first < SILENT_RUN_FRAMES) continue;
      const expected = energyOf(run.track.pcm, first + run.lag, frame + 1 + run.lag);
      return expected / SILENT_RUN_FRAMES > 1e-6 ? first : null;
    }
    return null;
  }

  /** What sounds from `position` on; `current` where that goes on, null where nothing matches. */
  #find(position: number, current: Run | null): Run | null {
    // The first block may hold the boundary itself, so what comes after it decides.
    const begin = current ? position + BLOCK : position;
    const end = min(begin + NEEDLE_FRAMES, this.#silenceAfter(begin));
    if (end - begin < BLOCK / 2) return current;
    const sameLag = current ? this.#tracks.map((track) => ({ track, lag: current.lag })) : [];
    const near = this.#best(sameLag, begin, end);
    if (current && near && near.db < -15) return this.#toRun(near, current, position);
    if ((this.#searches += 1) > SEARCHES_MAX) return current;
    const needle = this.#mono.subarray(begin, end);
    const anywhere = this.#tracks.flatMap((track) => {
      const place = track.locator.locate(needle);
      return place ? [{ track, lag: place.frame - begin }] : [];
    });
    const best = this.#best([...sameLag, ...anywhere], begin, end);
    return best && best.db < MATCH_DB ? this.#toRun(best, current, position) : null;
  }

  #silenceAfter(begin: number): number {
    const end = frameCountOf(this.#captured);
    let silent = 0;
    for (let frame = begin; frame < min(end, begin + NEEDLE_FRAMES); frame += 1) {
      silent = isSilent(this.#captured, frame) ? silent + 1 : 0;
      if (silent >= SILENT_RUN_FRAMES) return frame + 1 - silent;
    }
    return end;
  }

  #best(candidates: readonly { track: Track; lag: number }[], begin: number, end: number) {
    return candidates
      .map((candidate) => ({ ...candidate, db: this.residualDb(candidate, begin, end) }))
      .reduce<{ track: Track; lag: number; db: number } | null>(
        (best, candidate) => (best && best.db <= candidate.db ? best : candidate),
        null,
      );
  }

  #toRun(found: { track: Track; lag: number }, current: Run | null, begin: number): Run {
    if (current && found.track === current.track && found.lag === current.lag) return current;
    return { track: found.track, lag: found.lag, begin, end: begin };
  }

  /** Where `before` ends and `after` begins, with the least error around `position`. */
  #meet(before: Run, after: Run, position: number): number {
    const begin = max(before.begin, position - BLOCK);
    const end = min(position + 2 * BLOCK, frameCountOf(this.#captured));
    let error = 0;
    for (let frame = begin; frame < end; frame += 1) error += errorAt(this.#captured, after, frame);
    let best = { frame: begin, error };
    for (let frame = begin; frame < end; frame += 1) {
      error += errorAt(this.#captured, before, frame) - errorAt(this.#captured, after, frame);
      if (error < best.error) best = { frame: frame + 1, error };
    }
    after.begin = min(best.frame, position + BLOCK);
    return after.begin;
  }
}

/** `end` is the run's own, or less where another sound takes over in its last packet. */
const describeRun = (follower: Follower, run: Run, end: number): Segment => {
  const settled = min(run.begin + SETTLE_FRAMES, end - BLOCK);
  let settleFrames = 0;
  for (let frame = run.begin; frame < end; frame += BLOCK) {
    const blockEnd = min(frame + BLOCK, end);
    if (follower.residualDb(run, frame, blockEnd) > ROUGH_DB) settleFrames = blockEnd - run.begin;
  }
  return {
    reference: run.track.name,
    captureStart: run.begin,
    referenceStart: run.begin + run.lag,
    frames: run.end - run.begin,
    residualDb: follower.residualDb(run, max(run.begin, settled), end),
    settleFrames,
  };
};

const transitionsOf = (captured: StereoPcm, segments: readonly Segment[]): Transition[] =>
  segments.slice(1).map((segment, index) => {
    const before = segments[index] as Segment;
    const captureFrame = before.captureStart + before.frames;
    const gapFrames = segment.captureStart - captureFrame;
    let gapSilent = true;
    for (let frame = captureFrame; frame < segment.captureStart; frame += 1) {
      if (!isSilent(captured, frame)) gapSilent = false;
    }
    return {
      captureFrame,
      gapFrames,
      gapSilent,
      referenceJump: segment.referenceStart - (before.referenceStart + before.frames),
      from: before.reference,
      to: segment.reference,
    };
  });

const soundOutside = (
  captured: StereoPcm,
  segments: readonly Segment[],
): Pick<Comparison, 'strangeFrames' | 'strangeStretches'> => {
  let frame = 0;
  let strangeFrames = 0;
  const strangeStretches: (readonly [number, number])[] = [];
  for (const { captureStart, frames } of [
    ...segments,
    { captureStart: frameCountOf(captured), frames: 0 },
  ]) {
    let first = -1;
    let last = -1;
    for (; frame < captureStart; frame += 1) {
      if (isSilent(captured, frame)) continue;
      strangeFrames += 1;
      if (first < 0) first = frame;
      last = frame;
    }
    if (first >= 0) strangeStretches.push([first, last + 1]);
    frame = captureStart + frames;
  }
  return { strangeFrames, strangeStretches };
};

export const compareCapture = (
  captured: StereoPcm,
  references: readonly Reference[],
): Comparison => {
  const follower = new Follower(captured, references);
  follower.follow();
  const runs = follower.runs.filter((run) => run.end > run.begin);
  const segments = runs.map((run, index) => {
    const isSpliced = runs[index + 1]?.begin === run.end;
    return describeRun(follower, run, isSpliced ? max(run.begin, run.end - FADE_FRAMES) : run.end);
  });
  return {
    segments,
    transitions: transitionsOf(captured, segments),
    ...soundOutside(captured, segments),
  };
};

/** For messages: one line per segment. */
export const describeComparison = ({
  segments,
  transitions,
  strangeFrames,
  strangeStretches,
}: Comparison): string => {
  const time = (frames: number): string => (frames / PCM_RATE_HZ).toFixed(4);
  const lines = segments.map((segment, index) => {
    const before = transitions[index - 1];
    const joint = before
      ? ` (after ${before.gapFrames} frames of ${before.gapSilent ? 'silence' : 'other sound'}` +
        `, reference jump ${before.referenceJump})`
      : '';
    return (
      `${segment.reference} [${time(segment.referenceStart)} s, +${time(segment.frames)} s)` +
      ` at ${time(segment.captureStart)} s: ${segment.residualDb.toFixed(1)} dB,` +
      ` settled after ${segment.settleFrames} frames${joint}`
    );
  });
  const strange = strangeStretches.map(
    ([begin, end]) => ` in [${time(begin)} s, +${end - begin} frames)`,
  );
  return [...lines, `strange frames: ${strangeFrames}${strange.join(',')}`].join('\n');
};
