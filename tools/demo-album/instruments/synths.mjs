/**
 * Subtractive and phase-modulation instruments.
 * A note is `{time, seconds, note, velocity, pan}`: start and length in seconds, MIDI number
 * (fractions allowed), velocity in (0, 1], pan in [-1, 1]. Each `play…` adds it to a bus.
 */
import { pitch } from '../score/theory.mjs';
import { Adsr } from '../synth/envelopes.mjs';
import { StateVariableFilter } from '../synth/filters.mjs';
import { PulseOscillator, SawOscillator, SineOscillator } from '../synth/oscillators.mjs';

const CONTROL_FRAMES = 16;

/**
 * Detuned saws on both sides through a low-pass that follows its own envelope: pads and stabs.
 * @param {object} sound
 * @param {{attack, decay, sustain, release}} sound.amplitude see Adsr
 * @param {{attack, decay, sustain, release}} [sound.filter] envelope of the cutoff
 * @param {number} sound.cutoffHz at rest
 * @param {number} [sound.openOctaves] how far the envelope opens at full velocity
 * @param {number} [sound.detuneCents] width of the spread
 * @param {number} [sound.voices] saws on each side
 * @param {number} [sound.vibratoCents]
 */
export function playSaws(bus, note, sound, random) {
  const { cutoffHz, openOctaves = 1, detuneCents = 14, voices = 3, resonance = 0.7 } = sound;
  const { vibratoCents = 0, vibratoHz = 5 } = sound;
  const { rateHz } = bus;
  const hz = pitch(note.note);
  const phase = random.next();
  const amplitudes = new Adsr(rateHz, sound.amplitude, note.seconds);
  for (const side of [-1, 1]) {
    const amplitude = new Adsr(rateHz, sound.amplitude, note.seconds);
    const opening = new Adsr(rateHz, sound.filter ?? sound.amplitude, note.seconds);
    const filter = new StateVariableFilter(rateHz, cutoffHz, resonance);
    const saws = Array.from({ length: voices }, (_, index) => {
      const place = voices === 1 ? 0.5 : index / (voices - 1);
      const cents = (place - 0.5) * detuneCents + side * detuneCents * 0.13;
      return new SawOscillator(rateHz, hz * 2 ** (cents / 1200), random.next());
    });
    const steps = saws.map((saw) => saw.step);
    const out = new Float32Array(amplitudes.frames);
    const level = (0.5 * note.velocity) / Math.sqrt(voices);
    for (let frame = 0; frame < out.length; frame += 1) {
      const open = opening.next();
      if (frame % CONTROL_FRAMES === 0) {
        filter.set(cutoffHz * 2 ** (openOctaves * open * (0.4 + 0.6 * note.velocity)), resonance);
        if (vibratoCents > 0) {
          const seconds = frame / rateHz;
          const depth = Math.min(1, seconds / 0.6) * vibratoCents;
          const turn = 2 * Math.PI * (vibratoHz * seconds + phase);
          const factor = 2 ** ((depth * Math.sin(turn)) / 1200);
          for (let index = 0; index < voices; index += 1) saws[index].step = steps[index] * factor;
        }
      }
      let sum = 0;
      for (let index = 0; index < voices; index += 1) sum += saws[index].next();
      out[frame] = filter.process(sum) * amplitude.next() * level;
    }
    bus.add(out, note.time, 0.75, Math.max(-1, Math.min(1, (note.pan ?? 0) + side * 0.75)));
  }
}

/** A bass: saw and square an octave below through a plucked low-pass, with a little drive. */
export function playBass(bus, note, sound) {
  const { cutoffHz, openOctaves = 2.5, decay = 0.18, sub = 0.7, drive = 1.6 } = sound;
  const { rateHz } = bus;
  const hz = pitch(note.note);
  const shape = { attack: 0.004, decay: 0.5, sustain: 0.75, release: 0.06 };
  const amplitude = new Adsr(rateHz, shape, note.seconds);
  const opening = new Adsr(
    rateHz,
    { attack: 0.003, decay, sustain: 0.1, release: 0.1 },
    note.seconds,
  );
  const saw = new SawOscillator(rateHz, hz, 0.5);
  const square = new PulseOscillator(rateHz, hz, 0.42, 0.25);
  const sine = new SineOscillator(rateHz, hz);
  const filter = new StateVariableFilter(rateHz, cutoffHz, 1.1);
  const out = new Float32Array(amplitude.frames);
  for (let frame = 0; frame < out.length; frame += 1) {
    const open = opening.next();
    if (frame % CONTROL_FRAMES === 0) {
      filter.set(cutoffHz * 2 ** (openOctaves * open * note.velocity), 1.1);
    }
    const bright = filter.process(saw.next() * 0.55 + square.next() * 0.35);
    const value = (bright + sine.next() * sub) * amplitude.next();
    out[frame] = (Math.tanh(value * drive) / drive) * note.velocity;
  }
  bus.add(out, note.time, 0.7, 0);
}

/** A sine with soft edges and a trace of its second and third harmonic: sub bass. */
export function playSub(bus, note, { attack = 0.03, release = 0.2, warmth = 0.12 } = {}) {
  const { rateHz } = bus;
  const amplitude = new Adsr(rateHz, { attack, decay: 1, sustain: 0.85, release }, note.seconds);
  const base = new SineOscillator(rateHz, pitch(note.note));
  const octave = new SineOscillator(rateHz, pitch(note.note) * 2, 0.25);
  const twelfth = new SineOscillator(rateHz, pitch(note.note) * 3);
  const out = new Float32Array(amplitude.frames);
  for (let frame = 0; frame < out.length; frame += 1) {
    const value = base.next() + warmth * (octave.next() + 0.5 * twelfth.next());
    out[frame] = value * amplitude.next() * note.velocity;
  }
  bus.add(out, note.time, 0.6, 0);
}

/**
 * A singing lead: two pulses and a saw, delayed vibrato, glide from the note before.
 * @param {{from?: number}} note `from`: MIDI number to glide from
 */
export function playLead(bus, note, sound) {
  const { cutoffHz = 1400, openOctaves = 1.8, glideSeconds = 0.05, vibratoCents = 14 } = sound;
  const { rateHz } = bus;
  const hz = pitch(note.note);
  const shape = { attack: 0.012, decay: 0.35, sustain: 0.7, release: 0.16, ...sound.amplitude };
  const amplitude = new Adsr(rateHz, shape, note.seconds);
  const opening = new Adsr(rateHz, { ...shape, attack: 0.02, sustain: 0.4 }, note.seconds);
  const pulse = new PulseOscillator(rateHz, hz, 0.38);
  const detuned = new PulseOscillator(rateHz, hz * 1.004, 0.3, 0.4);
  const saw = new SawOscillator(rateHz, hz * 0.997, 0.2);
  const filter = new StateVariableFilter(rateHz, cutoffHz, 1.2);
  const out = new Float32Array(amplitude.frames);
  const interval = (note.from ?? note.note) - note.note;
  for (let frame = 0; frame < out.length; frame += 1) {
    const open = opening.next();
    if (frame % CONTROL_FRAMES === 0) {
      const seconds = frame / rateHz;
      filter.set(cutoffHz * 2 ** (openOctaves * open * note.velocity), 1.2);
      const depth = Math.min(1, Math.max(0, seconds - 0.15) / 0.4) * vibratoCents;
      const cents = depth * Math.sin(2 * Math.PI * 5.4 * seconds);
      const glide = interval * Math.exp((-4 * seconds) / glideSeconds);
      const bent = hz * 2 ** (glide / 12 + cents / 1200);
      pulse.step = bent / rateHz;
      detuned.step = (bent * 1.004) / rateHz;
      saw.step = (bent * 0.997) / rateHz;
    }
    const raw = pulse.next() * 0.4 + detuned.next() * 0.3 + saw.next() * 0.3;
    out[frame] = filter.process(raw) * amplitude.next() * note.velocity;
  }
  bus.add(out, note.time, 0.5, note.pan ?? 0);
}

/** An electric piano by phase modulation: a mellow pair and a short tine two octaves up. */
export function playElectricPiano(bus, note, { release = 0.4, brightness = 1 } = {}) {
  const { rateHz } = bus;
  const hz = pitch(note.note);
  const decay = 3.2 * (220 / hz) ** 0.4;
  const amplitude = new Adsr(rateHz, { attack: 0.003, decay, sustain: 0, release }, note.seconds);
  const index = new Adsr(
    rateHz,
    { attack: 0.001, decay: 0.9, sustain: 0.12, release },
    note.seconds,
  );
  const tine = new Adsr(rateHz, { attack: 0.001, decay: 0.12, sustain: 0, release }, note.seconds);
  const carrier = new SineOscillator(rateHz, hz);
  const modulator = new SineOscillator(rateHz, hz * 1.0006);
  const high = new SineOscillator(rateHz, hz * 7.01);
  const out = new Float32Array(amplitude.frames);
  const depth = 0.26 * note.velocity * brightness;
  for (let frame = 0; frame < out.length; frame += 1) {
    const bend = modulator.next() * depth * index.next() + high.next() * tine.next() * 0.03;
    out[frame] = carrier.next(bend) * amplitude.next() * note.velocity;
  }
  bus.add(out, note.time, 0.5, note.pan ?? 0);
}
