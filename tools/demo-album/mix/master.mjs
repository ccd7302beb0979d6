/**
 * The last step of a mix: no subsonics, no empty end, fades, the wanted loudness, and a look-ahead
 * limiter that keeps the peaks between the samples below the ceiling as well.
 */
import { StateVariableFilter } from '../synth/filters.mjs';
import { integratedLoudness } from './loudness.mjs';

const CEILING_DBFS = -1.2;
const LOOK_AHEAD_SECONDS = 0.004;
const RELEASE_SECONDS = 0.09;
const PASSES = 3;

/** Windowed-sinc values between two samples: three phases (1/4, 1/2, 3/4) of eight taps. */
const BETWEEN = [0.25, 0.5, 0.75].map((phase) =>
  Array.from({ length: 8 }, (_, tap) => {
    const x = tap - 3 - phase;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / 4.5);
    return (Math.sin(Math.PI * x) / (Math.PI * x)) * window;
  }),
);

/** The peak of the curve through the samples from `frame` to just before `frame + 1`. */
function peakAround(channel, frame, interesting) {
  let peak = Math.abs(channel[frame]);
  if (peak < interesting || frame < 3 || frame + 4 >= channel.length) return peak;
  for (const taps of BETWEEN) {
    let value = 0;
    for (let tap = 0; tap < 8; tap += 1) value += channel[frame - 3 + tap] * taps[tap];
    peak = Math.max(peak, Math.abs(value));
  }
  return peak;
}

/**
 * Limits in place. The gain is the smallest one needed in the look-ahead window, recovering
 * exponentially, then averaged over the window, so that it has arrived when the peak comes.
 */
export function limit(bus, ceiling) {
  const { left, right, frames, rateHz } = bus;
  const window = Math.round(LOOK_AHEAD_SECONDS * rateHz);
  const gains = new Float32Array(frames + window).fill(1);
  for (let frame = 0; frame < frames; frame += 1) {
    const worth = ceiling * 0.6;
    const peak = Math.max(peakAround(left, frame, worth), peakAround(right, frame, worth));
    if (peak <= ceiling) continue;
    const gain = ceiling / peak;
    // Both neighbours of a peak between samples must come down.
    gains[frame] = Math.min(gains[frame], gain);
    gains[frame + 1] = Math.min(gains[frame + 1], gain);
  }
  const recover = 1 - Math.exp(-1 / (RELEASE_SECONDS * rateHz));
  // held[i]: minimum over [i, i + window], by a run of candidates with ascending gains.
  const queue = new Int32Array(frames + window);
  let head = 0;
  let tail = 0;
  const history = new Float64Array(window).fill(1);
  let sum = window;
  let level = 1;
  for (let ahead = 0; ahead < frames + window; ahead += 1) {
    while (tail > head && gains[queue[tail - 1]] >= gains[ahead]) tail -= 1;
    queue[tail++] = ahead;
    const frame = ahead - window;
    if (frame < 0) continue;
    while (queue[head] < frame) head += 1;
    const wanted = gains[queue[head]];
    level = wanted < level ? wanted : level + (wanted - level) * recover;
    const slot = frame % window;
    sum += level - history[slot];
    history[slot] = level;
    const gain = sum / window;
    left[frame] *= gain;
    right[frame] *= gain;
  }
}

function removeSubsonics(bus) {
  for (const channel of [bus.left, bus.right]) {
    const filter = new StateVariableFilter(bus.rateHz, 24, Math.SQRT1_2);
    for (let frame = 0; frame < channel.length; frame += 1) {
      filter.process(channel[frame]);
      channel[frame] = filter.high;
    }
  }
}

/** Shortens the bus to what can be heard: nothing after the last frame within 66 dB of the peak. */
function trimTail(bus) {
  const { left, right, rateHz } = bus;
  let peak = 0;
  for (let frame = 0; frame < bus.frames; frame += 1) {
    peak = Math.max(peak, Math.abs(left[frame]), Math.abs(right[frame]));
  }
  const audible = peak * 10 ** (-66 / 20);
  let end = bus.frames;
  while (end > 0 && Math.abs(left[end - 1]) < audible && Math.abs(right[end - 1]) < audible) {
    end -= 1;
  }
  bus.frames = Math.min(bus.frames, end + Math.round(0.2 * rateHz));
  bus.left = left.subarray(0, bus.frames);
  bus.right = right.subarray(0, bus.frames);
}

function fade(bus, inSeconds, outSeconds) {
  const { frames, rateHz } = bus;
  const inFrames = Math.round(inSeconds * rateHz);
  const outFrames = Math.round(outSeconds * rateHz);
  const scale = (frame, x) => {
    const gain = 0.5 - 0.5 * Math.cos(Math.PI * x);
    bus.left[frame] *= gain;
    bus.right[frame] *= gain;
  };
  for (let frame = 0; frame < inFrames; frame += 1) scale(frame, frame / inFrames);
  for (let back = 0; back < outFrames; back += 1) scale(frames - 1 - back, back / outFrames);
}

function gainBy(bus, gain) {
  for (const channel of [bus.left, bus.right]) {
    for (let frame = 0; frame < channel.length; frame += 1) channel[frame] *= gain;
  }
}

/**
 * @param {import('./bus.mjs').StereoBus} bus changed in place
 * @param {{loudnessLufs: number, fadeInSeconds?: number, fadeOutSeconds?: number}} options
 * @returns {import('./bus.mjs').StereoBus} the same bus, within 0.2 LU of the wanted loudness
 *   unless the limiter would have to work too hard
 */
export function master(bus, { loudnessLufs, fadeInSeconds = 0.01, fadeOutSeconds = 2 }) {
  removeSubsonics(bus);
  trimTail(bus);
  fade(bus, fadeInSeconds, fadeOutSeconds);
  for (let pass = 0; pass < PASSES; pass += 1) {
    gainBy(bus, 10 ** ((loudnessLufs - integratedLoudness(bus)) / 20));
    limit(bus, 10 ** (CEILING_DBFS / 20));
  }
  return bus;
}
