/**
 * Band-limited oscillators. Each has `next()`, which gives one sample in about [-1, 1], and a
 * writable `step` (cycles per frame) for vibrato and glide.
 * Saw and pulse are corrected by two-sample polynomial band-limited steps (Välimäki and
 * Huovilainen, "Antialiasing Oscillators in Subtractive Synthesis", 2007).
 */

/** The correction around a unit step of height 2 at phase 0. */
function polyBlep(phase, step) {
  if (phase < step) {
    const x = phase / step;
    return x + x - x * x - 1;
  }
  if (phase > 1 - step) {
    const x = (phase - 1) / step;
    return x * x + x + x + 1;
  }
  return 0;
}

export class SawOscillator {
  /**
   * @param {number} rateHz sample rate
   * @param {number} hz pitch, below half the sample rate
   * @param {number} phase start in cycles, [0, 1)
   */
  constructor(rateHz, hz, phase = 0) {
    this.step = hz / rateHz;
    this.phase = phase;
  }

  next() {
    const phase = this.phase;
    const value = 2 * phase - 1 - polyBlep(phase, this.step);
    const moved = phase + this.step;
    this.phase = moved >= 1 ? moved - 1 : moved;
    return value;
  }
}

export class PulseOscillator {
  /** @param {number} width share of the cycle that is high, (0, 1); the mean is removed */
  constructor(rateHz, hz, width = 0.5, phase = 0) {
    this.step = hz / rateHz;
    this.width = width;
    this.phase = phase;
  }

  next() {
    const { phase, step, width } = this;
    let falling = phase + 1 - width;
    if (falling >= 1) falling -= 1;
    const naive = phase < width ? 1 : -1;
    const value = naive + polyBlep(phase, step) - polyBlep(falling, step);
    const moved = phase + step;
    this.phase = moved >= 1 ? moved - 1 : moved;
    return value - (2 * width - 1);
  }
}

export class SineOscillator {
  constructor(rateHz, hz, phase = 0) {
    this.step = hz / rateHz;
    this.phase = phase;
  }

  /** @param {number} modulation phase offset in cycles (phase modulation, "FM") */
  next(modulation = 0) {
    const value = Math.sin(2 * Math.PI * (this.phase + modulation));
    const moved = this.phase + this.step;
    this.phase = moved >= 1 ? moved - 1 : moved;
    return value;
  }
}
