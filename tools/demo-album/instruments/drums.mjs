/**
 * Drums made of sines that fall, filtered noise and detuned squares. A hit is
 * `{time, velocity, pan}`; each `play…` adds it to a bus.
 */
import { OnePole, StateVariableFilter } from '../synth/filters.mjs';
import { PulseOscillator } from '../synth/oscillators.mjs';

/** The inharmonic squares behind a metal cymbal, in Hz. */
const CYMBAL_HZ = [263, 400, 421, 474, 587, 845];

/** Fills a buffer with what `at(frame, seconds)` gives, fading the last 3 ms to zero. */
function render(rateHz, seconds, at) {
  const out = new Float32Array(Math.ceil(seconds * rateHz));
  const tail = Math.round(0.003 * rateHz);
  for (let frame = 0; frame < out.length; frame += 1) {
    const end = Math.min(1, (out.length - 1 - frame) / tail);
    out[frame] = at(frame, frame / rateHz) * end;
  }
  return out;
}

/**
 * @param {{hz?: number, sweepHz?: number, seconds?: number, click?: number, drive?: number}} sound
 *   hz: where the pitch ends; sweepHz: how far above it starts
 */
export function playKick(bus, hit, sound, random) {
  const { hz = 48, sweepHz = 190, seconds = 0.42, click = 0.3, drive = 1.5 } = sound;
  const { rateHz } = bus;
  const band = new StateVariableFilter(rateHz, 3200, 0.8);
  let phase = 0;
  const out = render(rateHz, seconds, (frame, time) => {
    const fall = hz + sweepHz * Math.exp(-time / 0.028) + sweepHz * 3 * Math.exp(-time / 0.004);
    phase += fall / rateHz;
    const body = Math.sin(2 * Math.PI * phase) * Math.exp((-time * 4.2) / seconds);
    band.process(random.noise());
    const snap = band.band * Math.exp(-time / 0.005) * click * Math.min(1, frame / 12);
    return Math.tanh((body + snap) * drive) / Math.tanh(drive);
  });
  bus.add(out, hit.time, 0.75 * hit.velocity, 0);
}

/** Snare: two drum-skin modes and a band of noise. */
export function playSnare(bus, hit, { tone = 0.5, seconds = 0.24 } = {}, random) {
  const { rateHz } = bus;
  const band = new StateVariableFilter(rateHz, 3400, 0.6);
  const cut = new OnePole(rateHz, 500);
  const out = render(rateHz, seconds, (frame, time) => {
    const skin =
      Math.sin(2 * Math.PI * (185 * time + 1.2 * (1 - Math.exp(-time / 0.02)))) +
      0.6 * Math.sin(2 * Math.PI * 331 * time);
    band.process(random.noise());
    const wires = band.band + 0.4 * band.high;
    const rattle = (wires - cut.process(wires)) * Math.exp((-time * 5) / seconds);
    return skin * tone * Math.exp(-time / 0.05) + rattle * 0.8 * Math.min(1, frame / 16);
  });
  bus.add(out, hit.time, 0.5 * hit.velocity, hit.pan ?? 0);
}

/** Clap: four bursts of one noise band, the last one with a tail. */
export function playClap(bus, hit, { seconds = 0.22 } = {}, random) {
  const { rateHz } = bus;
  for (const side of [-0.6, 0.6]) {
    const band = new StateVariableFilter(rateHz, 1450, 1.3);
    const starts = [0, 0.011, 0.021, 0.03].map((start) => start + random.between(0, 0.002));
    const out = render(rateHz, seconds, (frame, time) => {
      let level = 0;
      starts.forEach((start, index) => {
        const since = time - start;
        if (since < 0) return;
        const fall = index === 3 ? 0.055 : 0.006;
        level = Math.max(level, Math.min(1, since / 0.0006) * Math.exp(-since / fall));
      });
      band.process(random.noise());
      return (band.band + 0.35 * band.high) * level;
    });
    bus.add(out, hit.time, 0.5 * hit.velocity, side);
  }
}

/**
 * Hi-hat or cymbal: metal squares and noise above a high-pass.
 * @param {{seconds: number, cutHz?: number, metal?: number}} sound seconds: time of the decay
 */
export function playHat(bus, hit, { seconds, cutHz = 7500, metal = 0.5 }, random) {
  const { rateHz } = bus;
  const squares = CYMBAL_HZ.map(
    (hz) =>
      new PulseOscillator(rateHz, hz * 1.62 * random.between(0.995, 1.005), 0.5, random.next()),
  );
  const first = new StateVariableFilter(rateHz, cutHz, 0.9);
  const second = new StateVariableFilter(rateHz, cutHz * 0.9, 0.7);
  const out = render(rateHz, seconds * 1.6, (frame, time) => {
    let ring = 0;
    for (const square of squares) ring += square.next();
    first.process(ring * 0.3 * metal + random.noise() * (1 - metal));
    second.process(first.high);
    return second.high * Math.exp((-time * 4) / seconds) * Math.min(1, frame / 20);
  });
  bus.add(out, hit.time, 0.5 * hit.velocity, hit.pan ?? 0);
}

/** Shaker: noise that swells for a moment before it falls. */
export function playShaker(bus, hit, { seconds = 0.09, bandHz = 6800 } = {}, random) {
  const { rateHz } = bus;
  const band = new StateVariableFilter(rateHz, bandHz, 0.9);
  const out = render(rateHz, seconds, (frame, time) => {
    band.process(random.noise());
    const x = time / seconds;
    return (band.band + 0.3 * band.high) * Math.min(1, x / 0.22) * (1 - x) ** 2.5;
  });
  bus.add(out, hit.time, 0.4 * hit.velocity, hit.pan ?? 0);
}

/** A struck piece of wood or a rim: two short sines and a tick. */
export function playWood(bus, hit, { hz = 900, seconds = 0.09, ratio = 1.53 } = {}, random) {
  const { rateHz } = bus;
  const out = render(rateHz, seconds, (frame, time) => {
    const wood =
      Math.sin(2 * Math.PI * hz * time) + 0.6 * Math.sin(2 * Math.PI * hz * ratio * time);
    const tick = random.noise() * Math.exp(-time / 0.0015) * 0.5 * Math.min(1, frame / 8);
    return wood * Math.exp((-time * 6) / seconds) + tick;
  });
  bus.add(out, hit.time, 0.35 * hit.velocity, hit.pan ?? 0);
}

/** A drum of a definite low pitch: tom, frame drum. */
export function playTom(bus, hit, { hz = 110, seconds = 0.45 } = {}, random) {
  const { rateHz } = bus;
  const low = new OnePole(rateHz, 1800);
  let phase = 0;
  const out = render(rateHz, seconds, (frame, time) => {
    phase += (hz * (1 + 0.5 * Math.exp(-time / 0.03))) / rateHz;
    const skin = Math.sin(2 * Math.PI * phase) * Math.exp((-time * 4.5) / seconds);
    const slap = low.process(random.noise()) * Math.exp(-time / 0.012) * Math.min(1, frame / 16);
    return skin + slap * 0.7;
  });
  bus.add(out, hit.time, 0.5 * hit.velocity, hit.pan ?? 0);
}

/**
 * Noise that rises (or falls) in level and colour, with independent sides: risers and waves.
 * @param {{time: number, seconds: number, velocity: number}} hit
 * @param {{fromHz: number, toHz: number, peakAt?: number, resonance?: number}} sound peakAt: share
 *   of the length at which it is loudest
 */
export function playSweep(bus, hit, { fromHz, toHz, peakAt = 0.97, resonance = 0.8 }, random) {
  const { rateHz } = bus;
  for (const side of [-1, 1]) {
    const band = new StateVariableFilter(rateHz, fromHz, resonance);
    const out = render(rateHz, hit.seconds, (frame, time) => {
      const x = time / hit.seconds;
      const up = x < peakAt ? x / peakAt : (1 - x) / (1 - peakAt);
      if (frame % 16 === 0)
        band.set(fromHz * (toHz / fromHz) ** Math.min(1, x / peakAt), resonance);
      band.process(random.noise());
      return band.band * up * up * (3 - 2 * up);
    });
    bus.add(out, hit.time, 0.3 * hit.velocity, side * 0.8);
  }
}
