/**
 * 1. Slow and quiet: pads over a deep bass, a plucked melody with long echoes, the sea far away.
 * D major, 4/4 at 58 beats a minute; two bars alone, the melody, an answer by bells, a last rise.
 */
import { playSweep } from '../instruments/drums.mjs';
import { playMallet } from '../instruments/mallets.mjs';
import { playPluck } from '../instruments/strings.mjs';
import { playElectricPiano, playSaws, playSub } from '../instruments/synths.mjs';
import { StereoBus } from '../mix/bus.mjs';
import { chorus, echo, equalise, ride, sweep } from '../mix/effects.mjs';
import { Clock, human } from '../score/clock.mjs';
import { chord, phrase } from '../score/theory.mjs';
import { breakpoints } from '../synth/envelopes.mjs';
import { Random } from '../synth/random.mjs';
import { reverb } from '../synth/reverb.mjs';

const SECONDS = 70;
const BAR_COUNT = 15;

/** One chord a bar: the bass first, then the voices of the pad. */
const CHORDS = [
  'D2 F#3 A3 C#4 E4',
  'B1 F#3 A3 D4 E4',
  'G1 F#3 B3 D4 A4',
  'A1 G3 B3 D4 E4',
  'D2 F#3 A3 C#4 E4',
  'F#1 E3 A3 C#4 F#4',
  'G1 F#3 A3 B3 D4',
  'E2 G3 B3 D4 F#4',
  'B1 F#3 A3 D4 F#4',
  'G1 F#3 B3 D4 A4',
  'F#1 F#3 A3 D4 A4',
  'E2 G3 B3 D4 F#4',
  'G1 F#3 A3 B3 D4',
  'A1 G3 B3 D4 E4',
  'D2 F#3 A3 C#4 E4',
].map(chord);

const MELODY = phrase(
  `r:4 | r:4 |
   r:1 F#5:1 D5:0.5 B4:1.5 | A4:1 D5:1 E5:2 |
   r:0.5 F#5:0.5 A5:1 F#5:1 E5:1 | C#5:1.5 E5:0.5 A4:2 |
   r:1 B4:0.5 D5:0.5 F#5:1 A5:1 | G5:1.5 F#5:0.5 B4:2 |
   r:1 D5:0.5 F#5:0.5 A5:1 B5:1 | B5:0.5 A5:1.5 F#5:1 D5:1 |
   A5:1 F#5:1 E5:0.5 D5:0.5 A4:1 | G4:1 B4:1 D5:1 F#5:1 |
   F#5:1.5 D5:0.5 B4:2 | E5:2 D5:1 B4:1 |
   A4:1 r:1 D5:2`,
  4,
);

function pads(clock, rateHz, frames) {
  const random = new Random(11);
  const bus = new StereoBus(rateHz, frames);
  const shape = { attack: 2.2, decay: 3, sustain: 0.8, release: 3 };
  const sound = { amplitude: shape, cutoffHz: 420, openOctaves: 1.3, detuneCents: 16, voices: 3 };
  CHORDS.forEach((notes, bar) => {
    const seconds = clock.bar(bar + 1) - clock.bar(bar) + (bar === BAR_COUNT - 1 ? 3 : 0);
    notes.slice(1).forEach((note, index) => {
      const time = Math.max(0, clock.bar(bar) - 0.5 + index * 0.13);
      playSaws(bus, { time, seconds, note, velocity: 0.5, pan: index * 0.3 - 0.45 }, sound, random);
    });
  });
  // The sky brightens slowly and closes again at the end.
  const cutoff = breakpoints([
    [0, 700],
    [24, 1400],
    [46, 3600],
    [58, 2200],
    [68, 600],
  ]);
  return chorus(sweep(bus, 'low', cutoff), { rateHz: 0.23, depthMs: 3.5, delayMs: 14, mix: 0.6 });
}

function highStrings(clock, rateHz, frames) {
  const random = new Random(12);
  const bus = new StereoBus(rateHz, frames);
  const amplitude = { attack: 2.6, decay: 2, sustain: 0.9, release: 3 };
  const sound = { amplitude, cutoffHz: 2200, openOctaves: 0.8, detuneCents: 20, vibratoCents: 7 };
  for (let bar = 8; bar < BAR_COUNT; bar += 1) {
    const seconds = clock.bar(bar + 1) - clock.bar(bar);
    const velocity = bar < 10 ? 0.3 : bar < 13 ? 0.5 : 0.35;
    CHORDS[bar].slice(3).forEach((note, index) => {
      const place = { time: clock.bar(bar) - 0.3, pan: index * 0.9 - 0.45 };
      playSaws(bus, { ...place, seconds, note: note + 12, velocity }, sound, random);
    });
  }
  return chorus(sweep(bus, 'high', 500), { rateHz: 0.4, depthMs: 2.5, mix: 0.6 });
}

function bass(clock, rateHz, frames) {
  const bus = new StereoBus(rateHz, frames);
  CHORDS.forEach(([note], bar) => {
    const seconds = clock.bar(bar + 1) - clock.bar(bar) - 0.3;
    const velocity = bar < 2 ? 0.45 : 0.7;
    playSub(bus, { time: clock.bar(bar), seconds, note, velocity }, { attack: 0.4, release: 1 });
  });
  return bus;
}

function melody(clock, rateHz, frames) {
  const random = new Random(13);
  const played = human(random, { timing: 0.014, touch: 0.1 });
  const bus = new StereoBus(rateHz, frames);
  const sound = { ringSeconds: 5, brightness: 0.42, softness: 0.42, pickPosition: 0.23 };
  const arch = breakpoints([
    [8, 0.6],
    [20, 0.75],
    [36, 0.95],
    [48, 0.85],
    [58, 0.55],
  ]);
  for (const { beat, beats, note } of MELODY) {
    const time = clock.at(beat);
    const seconds = clock.at(beat + beats) - time + 1.6;
    const accent = beat % 4 === 0 ? 1.05 : 0.95;
    const one = played({ time, seconds, note, velocity: arch(beat) * accent, pan: -0.12 });
    playPluck(bus, one, sound, random);
  }
  // A lower voice turns the chord under the long notes.
  for (let bar = 2; bar < BAR_COUNT - 1; bar += 1) {
    const [low, ...upper] = CHORDS[bar];
    const figure = [low + 24, upper[1], upper[2], upper[0], upper[3], upper[1], upper[2], upper[0]];
    figure.forEach((note, index) => {
      if (bar < 4 && index % 2 === 1) return;
      const time = clock.bar(bar, index / 2);
      const velocity = (index === 0 ? 0.42 : 0.28) * (bar < 8 ? 0.8 : 1);
      const one = played({ time, seconds: 2, note, velocity, pan: index % 2 ? 0.45 : 0.2 });
      playPluck(bus, one, { ...sound, brightness: 0.3 }, random);
    });
  }
  return equalise(equalise(bus, 'bell', 210, 2.5, 1.1), 'high-shelf', 5200, 2.5);
}

function bells(clock, rateHz, frames) {
  const random = new Random(14);
  const played = human(random, { timing: 0.02, touch: 0.2 });
  const bus = new StereoBus(rateHz, frames);
  for (let bar = 4; bar < BAR_COUNT; bar += 1) {
    const upper = CHORDS[bar].slice(1);
    const beats = bar % 2 ? [2.5, 3] : [3, 3.5];
    beats.forEach((beat, index) => {
      const note = upper[(bar + index * 2) % 4] + 24;
      const pan = index ? 0.7 : -0.7;
      const one = played({ time: clock.bar(bar, beat), seconds: 3, note, velocity: 0.22, pan });
      playMallet(bus, one, { kind: 'glockenspiel', hardness: 0.5 }, random);
    });
    if (bar >= 8) {
      upper.forEach((note, index) => {
        const time = clock.bar(bar) + index * 0.05;
        const one = played({ time, seconds: 3.6, note: note + 12, velocity: 0.3, pan: 0.3 });
        playElectricPiano(bus, one, { release: 1 });
      });
    }
  }
  return bus;
}

function sea(rateHz, frames) {
  const random = new Random(15);
  const bus = new StereoBus(rateHz, frames);
  for (let time = 0; time < SECONDS - 6; time += random.between(4.5, 6.5)) {
    const hit = { time, seconds: random.between(7, 9), velocity: random.between(0.5, 0.9) };
    playSweep(bus, hit, { fromHz: 350, toHz: random.between(900, 1700), peakAt: 0.42 }, random);
  }
  return ride(
    bus,
    breakpoints([
      [0, 1],
      [10, 0.75],
      [24, 0.4],
      [56, 0.4],
      [66, 1],
    ]),
  );
}

export const harbourBeforeDawn = {
  title: 'Harbour Before Dawn',
  genre: 'Ambient',
  loudnessLufs: -24,
  fadeInSeconds: 1.2,
  fadeOutSeconds: 4.5,
  /** @returns {StereoBus} the mix before mastering */
  compose(rateHz) {
    const frames = Math.round(SECONDS * rateHz);
    const clock = new Clock({ bpm: 58, beatsPerBar: 4, startSeconds: 1 });
    const pad = pads(clock, rateHz, frames);
    const strings = highStrings(clock, rateHz, frames);
    const guitar = melody(clock, rateHz, frames);
    const bell = bells(clock, rateHz, frames);
    const repeats = { seconds: clock.beatSeconds * 0.75, feedback: 0.42, lowpassHz: 3200 };
    const echoes = echo(new StereoBus(rateHz, frames).mix(guitar, 0.5).mix(bell, 0.5), repeats);
    const send = new StereoBus(rateHz, frames);
    send.mix(pad, 0.28).mix(strings, 0.5).mix(guitar, 0.3).mix(bell, 0.7).mix(echoes, 0.5);
    const hall = reverb(send, { decaySeconds: 5.2, size: 1.5, dampingHz: 4200, lowCutHz: 180 });
    const mix = new StereoBus(rateHz, frames);
    mix.mix(pad, 0.34).mix(strings, 0.1).mix(guitar, 1.0).mix(bell, 0.55).mix(echoes, 0.6);
    return mix
      .mix(bass(clock, rateHz, frames), 0.36)
      .mix(sea(rateHz, frames), 0.5)
      .mix(hall, 0.7);
  },
};
