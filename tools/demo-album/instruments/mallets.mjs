/**
 * Struck bars and bells as sums of decaying sines. Ratios of the partials: marimba and vibraphone
 * bars are tuned (1 : 4 : 10 by undercutting), a glockenspiel bar is free (1 : 2.756 : 5.404, the
 * uniform bar), a tubular bell is heard an octave under its fourth mode (T. Rossing, "Science of
 * Percussion Instruments", 2000).
 */
import { pitch } from '../score/theory.mjs';
import { OnePole } from '../synth/filters.mjs';

/** partials: [ratio, level, share of the ring time]; ring: seconds to -60 dB at A4. */
export const MALLETS = {
  marimba: {
    ring: 1.1,
    partials: [
      [1, 1, 1],
      [3.99, 0.26, 0.32],
      [10.1, 0.1, 0.14],
      [16.8, 0.03, 0.08],
    ],
    knock: 0.3,
    knockHz: 2600,
  },
  vibraphone: {
    ring: 4.5,
    partials: [
      [1, 1, 1],
      [4, 0.2, 0.5],
      [10, 0.07, 0.2],
    ],
    knock: 0.06,
    knockHz: 4000,
  },
  glockenspiel: {
    ring: 3.4,
    partials: [
      [1, 1, 1],
      [2.756, 0.5, 0.6],
      [5.404, 0.32, 0.4],
      [8.933, 0.2, 0.2],
    ],
    knock: 0.1,
    knockHz: 9000,
  },
  bell: {
    ring: 6,
    partials: [
      [0.5, 0.25, 1.2],
      [1, 1, 1],
      [1.506, 0.35, 0.8],
      [2.0, 0.55, 0.7],
      [2.66, 0.3, 0.5],
      [3.41, 0.16, 0.35],
      [4.2, 0.12, 0.25],
    ],
    knock: 0.05,
    knockHz: 5000,
  },
  glass: {
    ring: 2.6,
    partials: [
      [1, 1, 1],
      [2.32, 0.3, 0.6],
      [4.25, 0.28, 0.4],
      [6.63, 0.16, 0.3],
      [9.38, 0.1, 0.2],
    ],
    knock: 0.05,
    knockHz: 11000,
  },
};

const SILENCE = 10 ** (-72 / 20);

/** Adds one decaying sine by the two-term recursion; it starts at zero, so it cannot click. */
function addPartial(out, hz, level, decaySeconds, rateHz) {
  const decay = 10 ** (-3 / (decaySeconds * rateHz));
  const angle = (2 * Math.PI * hz) / rateHz;
  const c1 = 2 * decay * Math.cos(angle);
  const c2 = -decay * decay;
  const frames = Math.ceil((Math.log10(SILENCE / level) / -3) * decaySeconds * rateHz);
  const end = Math.min(out.length, frames);
  let before = 0;
  let last = level * decay * Math.sin(angle);
  for (let frame = 1; frame < end; frame += 1) {
    out[frame] += last;
    const value = c1 * last + c2 * before;
    before = last;
    last = value;
  }
}

/**
 * @param {import('../mix/bus.mjs').StereoBus} bus
 * @param {object} note see synths.mjs; a mallet note rings on unless `sound.damped`
 * @param {{kind: keyof MALLETS, hardness?: number, damped?: boolean, tremoloHz?: number}} sound
 *   hardness: factor on the upper partials
 */
export function playMallet(
  bus,
  note,
  { kind, hardness = 1, damped = false, tremoloHz = 0 },
  random,
) {
  const { ring, partials, knock, knockHz } = MALLETS[kind];
  const { rateHz } = bus;
  const hz = pitch(note.note);
  const ringSeconds = ring * (440 / hz) ** 0.55;
  const longest = ringSeconds * Math.max(...partials.map((partial) => partial[2]));
  const seconds = damped ? Math.min(longest, note.seconds + 0.15) : longest;
  const out = new Float32Array(Math.ceil(seconds * rateHz));
  for (const [ratio, level, share] of partials) {
    if (hz * ratio > rateHz * 0.45 || hz * ratio > 30000) continue;
    const touch = ratio > 1 ? hardness * (0.3 + 0.7 * note.velocity) : 1;
    addPartial(out, hz * ratio, level * touch, ringSeconds * share, rateHz);
  }
  const low = new OnePole(rateHz, knockHz);
  const knockFrames = Math.min(out.length, Math.round(0.02 * rateHz));
  for (let frame = 0; frame < knockFrames; frame += 1) {
    const shape = Math.min(1, frame / 24) * (1 - frame / knockFrames) ** 4;
    out[frame] += low.process(random.noise()) * shape * knock * hardness * note.velocity;
  }
  const tail = Math.min(out.length, Math.round(0.05 * rateHz));
  for (let back = 0; back < tail; back += 1) out[out.length - 1 - back] *= back / tail;
  if (tremoloHz > 0) {
    for (let frame = 0; frame < out.length; frame += 1) {
      out[frame] *= 0.8 + 0.2 * Math.cos((2 * Math.PI * tremoloHz * frame) / rateHz);
    }
  }
  bus.add(out, note.time, 0.5 * note.velocity, note.pan ?? 0);
}
