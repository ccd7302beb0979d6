/**
 * Filters, one channel each, all with `process(sample)`.
 * State-variable form: A. Simper, "Linear Trapezoidal Integrated State Variable Filter" (2013),
 * stable while its cutoff moves.
 */

export class StateVariableFilter {
  /**
   * @param {number} rateHz sample rate
   * @param {number} cutoffHz clamped below 0.45 of the sample rate
   * @param {number} resonance quality factor, 0.5 (soft) to about 12 (ringing)
   */
  constructor(rateHz, cutoffHz = 1000, resonance = Math.SQRT1_2) {
    this.rateHz = rateHz;
    this.first = 0;
    this.second = 0;
    this.low = 0;
    this.band = 0;
    this.high = 0;
    this.set(cutoffHz, resonance);
  }

  set(cutoffHz, resonance = 1 / this.damping) {
    const bounded = Math.min(Math.max(cutoffHz, 5), this.rateHz * 0.45);
    const g = Math.tan((Math.PI * bounded) / this.rateHz);
    this.damping = 1 / resonance;
    this.a1 = 1 / (1 + g * (g + this.damping));
    this.a2 = g * this.a1;
    this.a3 = g * this.a2;
  }

  /** Updates `low`, `band` and `high`. @returns {number} the low-pass output */
  process(sample) {
    const v3 = sample - this.second;
    const v1 = this.a1 * this.first + this.a2 * v3;
    const v2 = this.second + this.a2 * this.first + this.a3 * v3;
    this.first = 2 * v1 - this.first;
    this.second = 2 * v2 - this.second;
    this.low = v2;
    this.band = v1;
    this.high = sample - this.damping * v1 - v2;
    return v2;
  }
}

/** First-order low-pass, 6 dB per octave; `sample - process(sample)` is the high-pass. */
export class OnePole {
  constructor(rateHz, cutoffHz) {
    this.gain = 1 - Math.exp((-2 * Math.PI * cutoffHz) / rateHz);
    this.state = 0;
  }

  process(sample) {
    this.state += this.gain * (sample - this.state);
    return this.state;
  }
}

/** Transposed direct form II biquad with coefficients normalised to a0 = 1. */
export class Biquad {
  constructor({ b0, b1, b2, a1, a2 }) {
    Object.assign(this, { b0, b1, b2, a1, a2, z1: 0, z2: 0 });
  }

  process(sample) {
    const out = this.b0 * sample + this.z1;
    this.z1 = this.b1 * sample - this.a1 * out + this.z2;
    this.z2 = this.b2 * sample - this.a2 * out;
    return out;
  }
}

/**
 * Bell or shelf coefficients (R. Bristow-Johnson, "Audio EQ Cookbook").
 * @param {'bell' | 'low-shelf' | 'high-shelf'} kind
 */
export function equaliserCoefficients(kind, rateHz, hz, gainDb, quality = Math.SQRT1_2) {
  const a = 10 ** (gainDb / 40);
  const w = (2 * Math.PI * hz) / rateHz;
  const alpha = Math.sin(w) / (2 * quality);
  const cos = Math.cos(w);
  if (kind === 'bell') {
    const a0 = 1 + alpha / a;
    return {
      b0: (1 + alpha * a) / a0,
      b1: (-2 * cos) / a0,
      b2: (1 - alpha * a) / a0,
      a1: (-2 * cos) / a0,
      a2: (1 - alpha / a) / a0,
    };
  }
  // The high shelf is the low shelf mirrored at half the sample rate: cos changes its sign.
  const side = kind === 'low-shelf' ? 1 : -1;
  const c = side * cos;
  const root = 2 * Math.sqrt(a) * alpha;
  const a0 = a + 1 + (a - 1) * c + root;
  return {
    b0: (a * (a + 1 - (a - 1) * c + root)) / a0,
    b1: (side * 2 * a * (a - 1 - (a + 1) * c)) / a0,
    b2: (a * (a + 1 - (a - 1) * c - root)) / a0,
    a1: (side * -2 * (a - 1 + (a + 1) * c)) / a0,
    a2: (a + 1 + (a - 1) * c - root) / a0,
  };
}
