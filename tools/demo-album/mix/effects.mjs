/**
 * Effects on whole buses. Those named by a verb change the bus in place and return it; those that
 * give a sound of their own (echo) return a new bus with that sound alone.
 */
import { Biquad, equaliserCoefficients, OnePole, StateVariableFilter } from '../synth/filters.mjs';
import { StereoBus } from './bus.mjs';

/** How often a moving parameter is recomputed. */
const CONTROL_FRAMES = 16;

/** Runs one bell or shelf over the bus; see equaliserCoefficients. */
export function equalise(bus, kind, hz, gainDb, quality) {
  const coefficients = equaliserCoefficients(kind, bus.rateHz, hz, gainDb, quality);
  for (const channel of [bus.left, bus.right]) {
    const filter = new Biquad(coefficients);
    for (let frame = 0; frame < channel.length; frame += 1) {
      channel[frame] = filter.process(channel[frame]);
    }
  }
  return bus;
}

/**
 * Filters with a cutoff that may move.
 * @param {'low' | 'band' | 'high'} output which output of the state-variable filter
 * @param {number | ((seconds: number) => number)} cutoff in Hz, fixed or by time
 */
export function sweep(bus, output, cutoff, resonance = Math.SQRT1_2) {
  const cutoffAt = typeof cutoff === 'function' ? cutoff : () => cutoff;
  for (const channel of [bus.left, bus.right]) {
    const filter = new StateVariableFilter(bus.rateHz, cutoffAt(0), resonance);
    for (let frame = 0; frame < channel.length; frame += 1) {
      if (frame % CONTROL_FRAMES === 0) filter.set(cutoffAt(frame / bus.rateHz), resonance);
      filter.process(channel[frame]);
      channel[frame] = filter[output];
    }
  }
  return bus;
}

/** Multiplies by a linear gain that depends on the time in seconds. */
export function ride(bus, gainAt) {
  let gain = gainAt(0);
  for (let block = 0; block < bus.frames; block += CONTROL_FRAMES) {
    const target = gainAt((block + CONTROL_FRAMES) / bus.rateHz);
    const slope = (target - gain) / CONTROL_FRAMES;
    const end = Math.min(block + CONTROL_FRAMES, bus.frames);
    for (let frame = block; frame < end; frame += 1) {
      gain += slope;
      bus.left[frame] *= gain;
      bus.right[frame] *= gain;
    }
    gain = target;
  }
  return bus;
}

/**
 * Pulls the bus down at each beat of the kick ("side chain").
 * @param {number[]} timesSeconds of the kicks, ascending
 * @param {{depth: number, releaseSeconds: number}} options depth in [0, 1] of the amplitude
 */
export function duck(bus, timesSeconds, { depth, releaseSeconds }) {
  const attackSeconds = 0.006;
  let next = 0;
  return ride(bus, (seconds) => {
    while (next < timesSeconds.length && timesSeconds[next] <= seconds) next += 1;
    const since = next === 0 ? Infinity : seconds - timesSeconds[next - 1];
    const open = Math.min(1, since / releaseSeconds);
    const shape = 0.5 - 0.5 * Math.cos(Math.PI * open);
    const closing = Math.min(1, since / attackSeconds);
    return 1 - depth * closing * (1 - shape);
  });
}

/**
 * Two modulated delays in opposite phase per channel: width and movement.
 * @param {{rateHz: number, depthMs: number, delayMs?: number, mix?: number}} options
 */
export function chorus(bus, { rateHz, depthMs, delayMs = 12, mix = 0.5 }) {
  const framesPerMs = bus.rateHz / 1000;
  const size = 2 ** Math.ceil(Math.log2((delayMs + depthMs) * framesPerMs + 4));
  [bus.left, bus.right].forEach((channel, side) => {
    const memory = new Float32Array(size);
    let offset = 0;
    let slope = 0;
    for (let frame = 0; frame < channel.length; frame += 1) {
      if (frame % CONTROL_FRAMES === 0) {
        const turn = 2 * Math.PI * rateHz * (frame / bus.rateHz) + side * 2.2;
        const target = (delayMs + depthMs * Math.sin(turn)) * framesPerMs;
        if (frame === 0) offset = target;
        slope = (target - offset) / CONTROL_FRAMES;
      }
      offset += slope;
      memory[frame & (size - 1)] = channel[frame];
      const whole = Math.floor(offset);
      const near = memory[(frame - whole) & (size - 1)];
      const far = memory[(frame - whole - 1) & (size - 1)];
      const wet = near + (far - near) * (offset - whole);
      channel[frame] = channel[frame] * (1 - mix * 0.4) + wet * mix;
    }
  });
  return bus;
}

/**
 * Ping-pong echo: the sum enters on the left, each repeat changes its side and loses lows and
 * highs.
 * @param {{seconds: number, feedback: number, lowpassHz?: number, highpassHz?: number,
 *   feedbackAt?: (seconds: number) => number, drive?: number}} options
 * @returns {StereoBus} the repeats alone
 */
export function echo(bus, options) {
  const { seconds, feedback, lowpassHz = 4500, highpassHz = 250, drive = 0 } = options;
  const feedbackAt = options.feedbackAt ?? (() => feedback);
  const delay = Math.max(1, Math.round(seconds * bus.rateHz));
  const out = new StereoBus(bus.rateHz, bus.frames);
  const low = [new OnePole(bus.rateHz, lowpassHz), new OnePole(bus.rateHz, lowpassHz)];
  const cut = [new OnePole(bus.rateHz, highpassHz), new OnePole(bus.rateHz, highpassHz)];
  const tame = (value) => (drive > 0 ? Math.tanh(value * drive) / drive : value);
  let back = feedbackAt(0);
  for (let frame = delay; frame < bus.frames; frame += 1) {
    if (frame % CONTROL_FRAMES === 0) back = feedbackAt(frame / bus.rateHz);
    const from = frame - delay;
    const dry = (bus.left[from] + bus.right[from]) * 0.5;
    const left = low[0].process(tame(dry + out.right[from] * back));
    const right = low[1].process(tame(bus.right[from] * 0.25 + out.left[from] * back));
    out.left[frame] = left - cut[0].process(left);
    out.right[frame] = right - cut[1].process(right);
  }
  return out;
}

/** Soft saturation; `drive` 1 is nearly clean, 4 is thick. Small signals keep their level. */
export function saturate(bus, drive) {
  for (const channel of [bus.left, bus.right]) {
    for (let frame = 0; frame < channel.length; frame += 1) {
      channel[frame] = Math.tanh(channel[frame] * drive) / drive;
    }
  }
  return bus;
}

/** Scales the difference of the channels: 0 is mono, 1 unchanged, above 1 wider. */
export function widen(bus, width) {
  for (let frame = 0; frame < bus.frames; frame += 1) {
    const middle = (bus.left[frame] + bus.right[frame]) * 0.5;
    const side = (bus.left[frame] - bus.right[frame]) * 0.5 * width;
    bus.left[frame] = middle + side;
    bus.right[frame] = middle - side;
  }
  return bus;
}
