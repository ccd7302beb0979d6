/**
 * A stereo room: input diffusion by Schroeder all-passes, then a feedback delay network of eight
 * lines mixed by a Hadamard matrix (J.-M. Jot and A. Chaigne, 1991), each line damped by a
 * one-pole low-pass and slowly modulated so that no resonance stands still.
 */
import { StereoBus } from '../mix/bus.mjs';
import { OnePole } from './filters.mjs';

const LINE_COUNT = 8;
const LINE_MILLISECONDS = [31.3, 37.9, 42.7, 47.9, 53.9, 60.7, 67.3, 74.9];
const DIFFUSER_MILLISECONDS = [
  [4.77, 3.59, 12.73, 9.31],
  [5.11, 3.83, 12.17, 8.87],
];
const MODULATION_BLOCK_FRAMES = 64;

class Allpass {
  constructor(frames, gain) {
    this.buffer = new Float32Array(Math.max(1, frames));
    this.gain = gain;
    this.index = 0;
  }

  process(sample) {
    const delayed = this.buffer[this.index];
    const fed = sample - this.gain * delayed;
    this.buffer[this.index] = fed;
    this.index = this.index + 1 === this.buffer.length ? 0 : this.index + 1;
    return delayed + this.gain * fed;
  }
}

class DelayNetwork {
  constructor(rateHz, { decaySeconds, size, dampingHz, modulationMs }) {
    this.rateHz = rateHz;
    this.frames = LINE_MILLISECONDS.map((ms) => Math.round((ms * size * rateHz) / 1000));
    this.depthFrames = (modulationMs * rateHz) / 1000;
    this.length = 1;
    while (this.length < Math.max(...this.frames) + this.depthFrames + 4) this.length *= 2;
    this.memory = new Float32Array(this.length * LINE_COUNT);
    // Each line loses what makes the whole network fall by 60 dB in decaySeconds.
    this.gains = this.frames.map((frames) => 10 ** ((-3 * frames) / rateHz / decaySeconds));
    this.damping = 1 - Math.exp((-2 * Math.PI * dampingHz) / rateHz);
    this.damped = new Float64Array(LINE_COUNT);
    this.offset = new Float64Array(LINE_COUNT);
    this.slope = new Float64Array(LINE_COUNT);
    this.taps = new Float64Array(LINE_COUNT);
    this.write = 0;
  }

  /** Aims each line's read offset at its slow sine, reached by a straight line in one block. */
  modulate(frame) {
    for (let line = 0; line < LINE_COUNT; line += 1) {
      const hz = 0.11 + 0.073 * line;
      const seconds = (frame + MODULATION_BLOCK_FRAMES) / this.rateHz;
      const target = this.depthFrames * (1 + Math.sin(2 * Math.PI * hz * seconds + line));
      this.slope[line] = (target - this.offset[line]) / MODULATION_BLOCK_FRAMES;
    }
  }

  /** Reads, damps and mixes the lines; `taps` then holds the eight outputs. */
  step(left, right) {
    const { taps, memory, length } = this;
    const mask = length - 1;
    for (let line = 0; line < LINE_COUNT; line += 1) {
      this.offset[line] += this.slope[line];
      const delay = this.frames[line] + this.offset[line];
      const whole = Math.floor(delay);
      const part = delay - whole;
      const base = line * length;
      const near = memory[base + ((this.write - whole) & mask)];
      const far = memory[base + ((this.write - whole - 1) & mask)];
      const value = (near + (far - near) * part) * this.gains[line];
      this.damped[line] += this.damping * (value - this.damped[line]);
      taps[line] = this.damped[line];
    }
    const t = taps;
    const a0 = t[0] + t[1];
    const a1 = t[0] - t[1];
    const a2 = t[2] + t[3];
    const a3 = t[2] - t[3];
    const a4 = t[4] + t[5];
    const a5 = t[4] - t[5];
    const a6 = t[6] + t[7];
    const a7 = t[6] - t[7];
    const b0 = a0 + a2;
    const b1 = a1 + a3;
    const b2 = a0 - a2;
    const b3 = a1 - a3;
    const b4 = a4 + a6;
    const b5 = a5 + a7;
    const b6 = a4 - a6;
    const b7 = a5 - a7;
    const n = 1 / Math.sqrt(LINE_COUNT);
    const w = this.write;
    memory[w] = (b0 + b4) * n + left;
    memory[length + w] = (b1 + b5) * n + right;
    memory[2 * length + w] = (b2 + b6) * n + left;
    memory[3 * length + w] = (b3 + b7) * n + right;
    memory[4 * length + w] = (b0 - b4) * n - left;
    memory[5 * length + w] = (b1 - b5) * n - right;
    memory[6 * length + w] = (b2 - b6) * n + left;
    memory[7 * length + w] = (b3 - b7) * n + right;
    this.write = (w + 1) & mask;
  }
}

/**
 * @param {StereoBus} input the send; not changed
 * @param {object} options
 * @param {number} options.decaySeconds time to fall by 60 dB
 * @param {number} [options.size] factor on the line lengths, 0.5 (chamber) to 2 (hall)
 * @param {number} [options.dampingHz] corner of the loss of highs in each round trip
 * @param {number} [options.preDelaySeconds]
 * @param {number} [options.lowCutHz] removed from what goes in, so that bass stays dry
 * @returns {StereoBus} only the room's sound
 */
export function reverb(input, options) {
  const { decaySeconds, size = 1, dampingHz = 6000 } = options;
  const { preDelaySeconds = 0.015, lowCutHz = 150, modulationMs = 0.25 } = options;
  const { rateHz, frames } = input;
  const network = new DelayNetwork(rateHz, { decaySeconds, size, dampingHz, modulationMs });
  const diffusers = DIFFUSER_MILLISECONDS.map((times) =>
    times.map((ms) => new Allpass(Math.round((ms * rateHz) / 1000), 0.65)),
  );
  const lowCuts = [new OnePole(rateHz, lowCutHz), new OnePole(rateHz, lowCutHz)];
  const preDelay = Math.round(preDelaySeconds * rateHz);
  const out = new StereoBus(rateHz, frames);
  for (let frame = 0; frame < frames; frame += 1) {
    if (frame % MODULATION_BLOCK_FRAMES === 0) network.modulate(frame);
    const source = frame - preDelay;
    let left = source < 0 ? 0 : input.left[source];
    let right = source < 0 ? 0 : input.right[source];
    left -= lowCuts[0].process(left);
    right -= lowCuts[1].process(right);
    for (let stage = 0; stage < 4; stage += 1) {
      left = diffusers[0][stage].process(left);
      right = diffusers[1][stage].process(right);
    }
    network.step(left * 0.5, right * 0.5);
    const t = network.taps;
    out.left[frame] = (t[0] - t[2] + t[4] - t[6] + 0.3 * (t[1] - t[7])) * 0.7;
    out.right[frame] = (t[1] - t[3] + t[5] - t[7] + 0.3 * (t[0] - t[6])) * 0.7;
  }
  return out;
}
