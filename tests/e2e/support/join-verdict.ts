/**
 * Judges a recording of tracks that follow each other without a gap, against what entered the
 * encoder, all in a row. That is blind to how the packets were cut, and the codec's own noise (-15
 * to -25 dB of the sound) is in every place of the recording alike; a slip, a hole or a repeat is
 * not. The error right behind a join is held against the error within the tracks.
 */
import { PCM_RATE_HZ, frameCountOf, joinPcm, type StereoPcm } from './pcm';
import { NEEDLE_FRAMES, SoundLocator, toMono } from './sound-locator';

export type Piece = { readonly name: string; readonly pcm: StereoPcm };

/** Places are frames of all pieces in a row. */
export type JoinsHeard = {
  readonly beginFrame: number;
  readonly endFrame: number;
  /** Frames that were left out (> 0) or heard twice (< 0). */
  readonly slips: readonly { readonly atFrame: number; readonly frames: number }[];
  /** Digital silence where there is sound. */
  readonly holes: readonly { readonly atFrame: number; readonly frames: number }[];
  /** Sound that is found nowhere, in steps of 20 ms. */
  readonly strange: readonly { readonly atFrame: number; readonly frames: number }[];
  readonly joins: readonly Join[];
};

export type Join = {
  readonly to: string;
  readonly atFrame: number;
  /** Mean energy of the error over up to a second on both sides, dB of full scale. */
  readonly withinDb: number;
  /** The same 0 to 2.5 ms behind the join, and 2.5 to 5 ms. */
  readonly firstDb: number;
  readonly secondDb: number;
};

// Looked up once: a global costs much in Jest's sandbox.
const { abs, floor, max, min } = Math;

/** Follows the sound in steps of 20 ms, by windows of 40 ms. */
const STEP = 960;
const WINDOW = 1920;
/** Slips up to two packets are looked for in every place, longer ones by correlation. */
const SLIP_FRAMES_MAX = 1920;
/** Sound whose error is nearer to its own level than this is not the one that was looked for. */
const MATCH_DB = -6;
/** A recording that needs more searches than this is bad anyway; the rest is not looked for. */
const SEARCHES_MAX = 40;
const SILENCE = 5e-6;
const SILENT_RUN_FRAMES = 48;
/** The overlap of Opus' MDCT: as far as a join that was cut wrong can be heard. */
const OVERLAP_FRAMES = 120;
const SECOND = PCM_RATE_HZ;
/** This near to a join is not "within the track". */
const NEAR_JOIN_FRAMES = 2400;

const toDb = (energy: number): number => 10 * Math.log10(max(energy, 1e-20));

class Follower {
  readonly #captured: StereoPcm;
  readonly #whole: StereoPcm;
  readonly slips: { atFrame: number; frames: number }[] = [];
  readonly holes: { atFrame: number; frames: number }[] = [];
  readonly strange: { atFrame: number; frames: number }[] = [];
  readonly #mono: Float32Array;
  readonly #locator: SoundLocator;
  #searchesLeft = SEARCHES_MAX;
  /** Capture frame to `whole frame - capture frame`, from there on. */
  readonly #lags: { from: number; lag: number }[] = [];
  begin = 0;
  end = 0;

  constructor(captured: StereoPcm, whole: StereoPcm) {
    this.#captured = captured;
    this.#whole = whole;
    this.#mono = toMono(captured);
    this.#locator = new SoundLocator(whole);
  }

  follow(): void {
    const [first, last] = this.#soundingRange();
    const middle = first + SECOND / 2;
    const found = this.#locate(middle);
    if (found === null) throw new Error('nothing of the tracks is heard');
    let lag = found;
    this.#lags.push({ from: 0, lag });
    this.begin = first + lag;
    // What a packet's decoding has added in front of the first frame is faint.
    for (let frame = max(first, -lag) + STEP; frame + WINDOW <= last; frame += STEP) {
      if (frame + WINDOW + lag > frameCountOf(this.#whole)) break;
      const next = this.#lagAt(frame, lag);
      if (next === null) {
        this.#addStrange(frame + lag);
      } else if (next !== lag) {
        this.slips.push({ atFrame: frame + lag, frames: next - lag });
        lag = next;
        this.#lags.push({ from: frame, lag });
      }
    }
    this.end = last + lag;
    this.#findHoles(first, last);
  }

  #addStrange(atFrame: number): void {
    const last = this.strange.at(-1);
    if (last && last.atFrame + last.frames === atFrame) last.frames += STEP;
    else this.strange.push({ atFrame, frames: STEP });
  }

  lagNear(wholeFrame: number): number {
    const after = this.#lags.filter(({ from, lag }) => from + lag <= wholeFrame + WINDOW);
    return (after.at(-1) ?? this.#lags[0])?.lag ?? 0;
  }

  /** Mean squared error of frames of the whole, both channels together; Infinity over `limit`. */
  error(begin: number, end: number, lag: number, limit = Infinity): number {
    const { left, right } = this.#whole;
    const { left: heardLeft, right: heardRight } = this.#captured;
    const sumMax = limit * (end - begin);
    let sum = 0;
    for (let frame = begin; frame < end; frame += 1) {
      const onLeft = (heardLeft[frame - lag] ?? 0) - (left[frame] ?? 0);
      const onRight = (heardRight[frame - lag] ?? 0) - (right[frame] ?? 0);
      sum += onLeft * onLeft + onRight * onRight;
      if (sum > sumMax) return Infinity;
    }
    return sum / max(1, end - begin);
  }

  /** The lag of what is heard from that frame on, anywhere in the tracks; null where it is none. */
  #locate(frame: number): number | null {
    const place = this.#locator.locate(this.#mono.subarray(frame, frame + NEEDLE_FRAMES));
    const lag = (place?.frame ?? NaN) - frame;
    const error = this.error(frame + lag, frame + lag + WINDOW, lag);
    return this.#isMatch(error, frame + lag) ? lag : null;
  }

  /** The lag that fits best there; null where none does. */
  #lagAt(frame: number, lag: number): number | null {
    const fits = (candidate: number, limit = Infinity): number =>
      this.error(frame + candidate, frame + candidate + WINDOW, candidate, limit);
    const here = fits(lag);
    const isBest = here <= min(fits(lag - 1), fits(lag + 1));
    if (isBest && this.#isMatch(here, frame + lag)) return lag;
    if (this.#searchesLeft === 0) return null;
    this.#searchesLeft -= 1;
    let best = { lag, error: here };
    for (let shift = 1; shift <= SLIP_FRAMES_MAX; shift += 1) {
      for (const candidate of [lag - shift, lag + shift]) {
        const error = fits(candidate, best.error);
        if (error < best.error) best = { lag: candidate, error };
      }
    }
    return this.#isMatch(best.error, frame + best.lag) ? best.lag : this.#locate(frame);
  }

  #isMatch(error: number, wholeFrame: number): boolean {
    const { left, right } = this.#whole;
    let energy = 0;
    for (let frame = wholeFrame; frame < wholeFrame + WINDOW; frame += 1) {
      energy += (left[frame] ?? 0) ** 2 + (right[frame] ?? 0) ** 2;
    }
    return toDb(error) < toDb(energy / WINDOW) + MATCH_DB;
  }

  #isSilent(frame: number): boolean {
    const { left, right } = this.#captured;
    return abs(left[frame] ?? 0) < SILENCE && abs(right[frame] ?? 0) < SILENCE;
  }

  #soundingRange(): readonly [number, number] {
    let first = 0;
    let last = frameCountOf(this.#captured);
    while (first < last && this.#isSilent(first)) first += 1;
    while (last > first && this.#isSilent(last - 1)) last -= 1;
    return [first, last];
  }

  #findHoles(first: number, last: number): void {
    let run = 0;
    for (let frame = first; frame < last; frame += 1) {
      if (this.#isSilent(frame)) {
        run += 1;
        continue;
      }
      if (run >= SILENT_RUN_FRAMES) {
        const begin = frame - run;
        const before = this.#lags.filter(({ from }) => from <= begin - WINDOW);
        this.holes.push({ atFrame: begin + (before.at(-1)?.lag ?? 0), frames: run });
      }
      run = 0;
    }
  }
}

export const hearJoins = (captured: StereoPcm, pieces: readonly Piece[]): JoinsHeard => {
  const follower = new Follower(captured, joinPcm(pieces.map(({ pcm }) => pcm)));
  follower.follow();
  const { begin, end, slips, holes, strange } = follower;
  let position = 0;
  const joins = pieces.flatMap(({ name, pcm }, index): Join[] => {
    const start = position;
    position += frameCountOf(pcm);
    if (index === 0 || start <= begin || start + SECOND / 10 >= end) return [];
    const before = follower.lagNear(start - 2 * NEAR_JOIN_FRAMES);
    const after = follower.lagNear(start);
    const previous = frameCountOf(pieces[index - 1]?.pcm ?? pcm);
    const from = max(begin + NEAR_JOIN_FRAMES, start - min(SECOND, floor(previous / 2)));
    const to = min(end - NEAR_JOIN_FRAMES, start + min(SECOND, floor(frameCountOf(pcm) / 2)));
    const within =
      (follower.error(from, start - NEAR_JOIN_FRAMES, before) +
        follower.error(start + NEAR_JOIN_FRAMES, to, after)) /
      2;
    const second = start + OVERLAP_FRAMES;
    return [
      {
        to: name,
        atFrame: start,
        withinDb: toDb(within),
        firstDb: toDb(follower.error(start, second, after)),
        secondDb: toDb(follower.error(second, second + OVERLAP_FRAMES, after)),
      },
    ];
  });
  return { beginFrame: begin, endFrame: end, slips, holes, strange, joins };
};

/** A sound device that is starved so near to a join cannot be told from a fault of the join. */
const STARVED_APART_FRAMES = SECOND / 2;
/** As far around the silence as windows of comparison reach. */
const STARVED_AROUND_FRAMES = 3 * WINDOW;

/**
 * Without the silences that a starved sound device puts in, in which time stands still: after them
 * the very next frame is heard. Those near a join stay.
 */
export const withoutStarvation = (heard: JoinsHeard): JoinsHeard => {
  const isApart = (atFrame: number): boolean =>
    heard.joins.every((join) => abs(join.atFrame - atFrame) > STARVED_APART_FRAMES);
  const starved = heard.holes.filter(
    ({ atFrame, frames }) =>
      isApart(atFrame) &&
      heard.slips.some(
        (slip) =>
          slip.frames === -frames && abs(slip.atFrame - atFrame) <= frames + STARVED_AROUND_FRAMES,
      ),
  );
  const isStarved = (atFrame: number): boolean =>
    starved.some((hole) => abs(hole.atFrame - atFrame) <= hole.frames + STARVED_AROUND_FRAMES);
  return {
    ...heard,
    slips: heard.slips.filter(({ atFrame }) => !isStarved(atFrame)),
    holes: heard.holes.filter((hole) => !starved.includes(hole)),
    strange: heard.strange.filter(({ atFrame }) => !isStarved(atFrame)),
  };
};

/** What is wrong in it, one line each; empty where the joins cannot be heard. */
export const joinFaults = ({ slips, holes, strange, joins }: JoinsHeard): string[] => {
  const time = (frame: number): string => `${(frame / PCM_RATE_HZ).toFixed(4)} s`;
  return [
    ...slips.map(
      ({ atFrame, frames }) =>
        `${abs(frames)} frames ${frames > 0 ? 'left out' : 'heard twice'} at ${time(atFrame)}`,
    ),
    ...holes.map(({ atFrame, frames }) => `a hole of ${frames} frames at ${time(atFrame)}`),
    ...strange.map(
      ({ atFrame, frames }) => `${frames} frames of strange sound at ${time(atFrame)}`,
    ),
    ...joins
      .filter(({ withinDb, firstDb, secondDb }) => max(firstDb, secondDb) > withinDb + 3)
      .map(
        ({ to, atFrame, withinDb, firstDb, secondDb }) =>
          `join to ${to} at ${time(atFrame)}: error ${firstDb.toFixed(1)} dB in 0-2.5 ms, ` +
          `${secondDb.toFixed(1)} dB in 2.5-5 ms, ${withinDb.toFixed(1)} dB within the tracks`,
      ),
  ];
};
