/**
 * Plucked strings by the extended Karplus-Strong model (D. Jaffe and J. Smith, 1983): a burst of
 * noise one period long runs round a delay line with a low-pass and a tuning all-pass.
 */
import { pitch } from '../score/theory.mjs';

/** One period of noise as the pick gives it: darker when soft, with the comb of its place. */
function excitation(frames, { brightness, pickPosition }, velocity, random) {
  const burst = new Float64Array(frames);
  const openness = Math.min(0.98, brightness * (0.35 + 0.65 * velocity));
  let first = 0;
  let smooth = 0;
  for (let frame = 0; frame < frames; frame += 1) {
    first += openness * (random.noise() - first);
    smooth += Math.min(1, openness * 1.3) * (first - smooth);
    burst[frame] = smooth;
  }
  const shift = Math.max(1, Math.round(pickPosition * frames));
  const combed = burst.map((value, frame) => value - burst[(frame + frames - shift) % frames]);
  let mean = 0;
  for (const value of combed) mean += value / frames;
  let power = 0;
  for (let frame = 0; frame < frames; frame += 1) {
    combed[frame] -= mean;
    power += combed[frame] ** 2 / frames;
  }
  const scale = 0.35 / Math.sqrt(power + 1e-9);
  return combed.map((value) => value * scale);
}

/**
 * @param {import('../mix/bus.mjs').StereoBus} bus
 * @param {object} note see synths.mjs
 * @param {object} sound
 * @param {number} sound.ringSeconds time to fall by 60 dB at A3; shorter above, longer below
 * @param {number} sound.brightness of the pick, (0, 1]
 * @param {number} [sound.softness] of the string, (0, 0.5]: how fast the highs die
 * @param {number} [sound.pickPosition] share of the string's length
 * @param {number} [sound.dampSeconds] fade once the note's length is over
 */
export function playPluck(bus, note, sound, random) {
  const {
    ringSeconds,
    brightness,
    softness = 0.35,
    pickPosition = 0.18,
    dampSeconds = 0.4,
  } = sound;
  const { rateHz } = bus;
  const hz = pitch(note.note);
  // The loop is the line, the low-pass (delay `softness`) and the all-pass (delay in [0.2, 1.2)).
  const loop = rateHz / hz - softness;
  const line = Math.floor(loop - 0.2);
  const tuning = loop - line;
  const allpass = (1 - tuning) / (1 + tuning);
  const seconds = ringSeconds * (220 / hz) ** 0.5;
  const keep = 10 ** (-3 / (hz * seconds));
  const memory = excitation(line, { brightness, pickPosition }, note.velocity, random);
  const damp = Math.round(dampSeconds * rateHz);
  const held = Math.round(Math.min(note.seconds, seconds * 1.1) * rateHz);
  const out = new Float32Array(held + damp);
  const onset = Math.round(0.0012 * rateHz);
  let index = 0;
  let before = 0;
  let allpassIn = 0;
  let allpassOut = 0;
  for (let frame = 0; frame < out.length; frame += 1) {
    const value = memory[index];
    const low = ((1 - softness) * value + softness * before) * keep;
    before = value;
    const tuned = allpass * (low - allpassOut) + allpassIn;
    allpassIn = low;
    allpassOut = tuned;
    memory[index] = tuned;
    index = index + 1 === line ? 0 : index + 1;
    let gain = note.velocity;
    if (frame < onset) gain *= frame / onset;
    if (frame >= held) gain *= (1 - (frame - held) / damp) ** 2;
    out[frame] = value * gain;
  }
  bus.add(out, note.time, 1, note.pan ?? 0);
}
