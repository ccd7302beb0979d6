/**
 * Finds where a short piece of sound lies in a long one: normalised cross-correlation over every
 * possible place, by FFT (overlap-save). Blind to gain, exact to the sample.
 */
import { Fft } from './fft';
import type { StereoPcm } from './pcm';

/** Length of the piece that is looked for, in frames. */
export const NEEDLE_FRAMES = 4096;

// Looked up once: a global costs much in Jest's sandbox.
const { min, sqrt } = Math;

const FFT_SIZE = 32_768;
const HOP = FFT_SIZE - NEEDLE_FRAMES;
const fft = new Fft(FFT_SIZE);

export type Place = { readonly frame: number; readonly correlation: number };

/** One channel that keeps the difference between left and right. */
export const toMono = ({ left, right }: StereoPcm): Float32Array =>
  left.map((value, frame) => value + 0.5 * (right[frame] ?? 0));

export class SoundLocator {
  readonly #mono: Float32Array;
  /** #energy[k] is the energy of the frames before k. */
  readonly #energy: Float64Array;
  readonly #spectra: { readonly real: Float32Array; readonly imaginary: Float32Array }[] = [];

  constructor(haystack: StereoPcm) {
    this.#mono = toMono(haystack);
    this.#energy = new Float64Array(this.#mono.length + 1);
    this.#mono.forEach((value, frame) => {
      this.#energy[frame + 1] = (this.#energy[frame] ?? 0) + value * value;
    });
    for (let begin = 0; begin < this.#mono.length; begin += HOP) {
      const real = new Float64Array(FFT_SIZE);
      const imaginary = new Float64Array(FFT_SIZE);
      real.set(this.#mono.subarray(begin, begin + FFT_SIZE));
      fft.forward(real, imaginary);
      this.#spectra.push({
        real: Float32Array.from(real),
        imaginary: Float32Array.from(imaginary),
      });
    }
  }

  /** The best place for NEEDLE_FRAMES frames of mono sound; null where none is like it. */
  locate(needle: Float32Array): Place | null {
    const needleReal = new Float64Array(FFT_SIZE);
    const needleImaginary = new Float64Array(FFT_SIZE);
    needleReal.set(needle.subarray(0, NEEDLE_FRAMES));
    const needleEnergy = needle.reduce((sum, value) => sum + value * value, 0);
    if (needleEnergy === 0) return null;
    fft.forward(needleReal, needleImaginary);
    let best: Place | null = null;
    this.#spectra.forEach((spectrum, block) => {
      const products = multiplyConjugated(spectrum, needleReal, needleImaginary);
      const found = this.#bestOfBlock(products, block * HOP, needleEnergy);
      if (found && found.correlation > (best?.correlation ?? 0.3)) best = found;
    });
    return best;
  }

  #bestOfBlock(products: Float64Array, begin: number, needleEnergy: number): Place | null {
    let best: Place | null = null;
    const end = min(HOP, this.#mono.length - begin);
    for (let offset = 0; offset < end; offset += 1) {
      const frame = begin + offset;
      const last = min(frame + NEEDLE_FRAMES, this.#mono.length);
      const energy = (this.#energy[last] ?? 0) - (this.#energy[frame] ?? 0);
      if (energy < 1e-9) continue;
      const correlation = (products[offset] ?? 0) / sqrt(energy * needleEnergy);
      if (correlation > (best?.correlation ?? 0)) best = { frame, correlation };
    }
    return best;
  }
}

const multiplyConjugated = (
  spectrum: { readonly real: Float32Array; readonly imaginary: Float32Array },
  needleReal: Float64Array,
  needleImaginary: Float64Array,
): Float64Array => {
  const real = new Float64Array(FFT_SIZE);
  const imaginary = new Float64Array(FFT_SIZE);
  for (let k = 0; k < FFT_SIZE; k += 1) {
    const a = spectrum.real[k] as number;
    const b = spectrum.imaginary[k] as number;
    const c = needleReal[k] as number;
    const d = needleImaginary[k] as number;
    real[k] = a * c + b * d;
    imaginary[k] = b * c - a * d;
  }
  fft.inverse(real, imaginary);
  return real;
};
