/**
 * 3. A chamber waltz: guitar melody, harp figures, later a string group. G major, 3/4 at 108;
 * four bars of harp, the tune, a middle part round the circle of fifths, the tune varied by the
 * strings, a coda with a borrowed minor chord that slows down.
 */
import { playPluck } from '../instruments/strings.mjs';
import { playSaws } from '../instruments/synths.mjs';
import { StereoBus } from '../mix/bus.mjs';
import { chorus, equalise, sweep } from '../mix/effects.mjs';
import { Clock, human } from '../score/clock.mjs';
import { chord, phrase } from '../score/theory.mjs';
import { Random } from '../synth/random.mjs';
import { reverb } from '../synth/reverb.mjs';

const SECONDS = 67;
const FORM = { tune: 4, middle: 12, again: 20, coda: 28, last: 32 };

/** One chord a bar: the bass first, then three or four voices. */
const TUNE_CHORDS = [
  'G2 D3 G3 B3',
  'F#2 D3 A3 D4',
  'E2 E3 G3 D4',
  'B2 D3 A3 D4',
  'C3 E3 G3 B3',
  'B2 D3 G3 B3',
  'A2 E3 G3 C4',
  'D3 F#3 A3 C4',
];
const CHORDS = [
  ...['G2 D3 G3 B3', 'G2 E3 G3 C4', 'G2 D3 G3 B3', 'D3 G3 A3 C4'],
  ...TUNE_CHORDS,
  ...['A2 E3 G3 C4', 'D3 F#3 A3 C4', 'G2 D3 F#3 B3', 'C3 E3 G3 B3'],
  ...['F#2 E3 A3 C4', 'B2 D#3 A3 B3', 'E2 E3 G3 B3', 'D3 G3 A3 C4'],
  ...TUNE_CHORDS,
  ...['G2 D3 G3 B3', 'C3 Eb3 G3 A3', 'G2 D3 G3 B3', 'C3 Eb3 G3 A3', 'G2 D3 G3 B3 D4 A4'],
].map(chord);

const TUNE = phrase(
  `B4:1 D5:1 G5:1 | F#5:2 A4:1 | G4:1 B4:1 E5:1 | D5:2 B4:1 |
   C5:1 E5:1 G5:1 | D5:1.5 B4:0.5 G4:1 | A4:1 C5:1 E5:1 | D5:2 A4:0.5 C5:0.5`,
  3,
);
const MIDDLE = phrase(
  `E5:1.5 C5:0.5 A4:1 | F#5:1.5 E5:0.5 D5:1 | D5:1.5 B4:0.5 G4:1 | E5:2 D5:0.5 C5:0.5 |
   C5:1 E5:1 A5:1 | A5:1 F#5:1 D#5:1 | E5:1 G5:1 B5:1 | A5:1.5 G5:0.5 D5:1`,
  3,
);
const AGAIN = phrase(
  `G5:1.5 D5:0.5 B4:1 | A4:1 D5:1 F#5:1 | G5:1.5 F#5:0.5 E5:1 | F#5:1 D5:1 B4:1 |
   E5:1.5 D5:0.5 C5:1 | D5:1 B4:1 G4:1 | C5:1.5 B4:0.5 A4:1 | F#4:1 A4:1 C5:1`,
  3,
);
const CODA = phrase('B4:1 D5:1 G5:1 | G5:1.5 Eb5:0.5 C5:1 | D5:2 B4:1 | C5:1 A4:1 Eb4:1 | D4:3', 3);

const GUITAR = { ringSeconds: 3.6, brightness: 0.62, softness: 0.3, pickPosition: 0.16 };
const HARP = { ringSeconds: 4.5, brightness: 0.4, softness: 0.22, pickPosition: 0.36 };
const LOW = { ringSeconds: 4, brightness: 0.3, softness: 0.4, pickPosition: 0.25 };

function guitar(clock, rateHz, frames) {
  const random = new Random(31);
  const played = human(random, { timing: 0.009, touch: 0.08 });
  const bus = new StereoBus(rateHz, frames);
  const pick = (notes, startBar, level) => {
    for (const { beat, beats, note } of notes) {
      const time = clock.bar(startBar, beat);
      const seconds = clock.bar(startBar, beat + beats) - time + 0.25;
      // Phrases of four bars swell towards their third bar.
      const arch = 0.86 + 0.14 * Math.sin((Math.PI * ((beat % 12) + 1)) / 13);
      const velocity = level * arch * (beat % 3 === 0 ? 1 : 0.9);
      playPluck(bus, played({ time, seconds, note, velocity, pan: -0.22 }), GUITAR, random);
    }
  };
  pick(TUNE, FORM.tune, 0.85);
  pick(MIDDLE, FORM.middle, 0.92);
  // When the strings have the tune, the guitar only marks its strong notes and lets them ring.
  const strong = AGAIN.filter(({ beat }) => beat % 3 === 0).map((one) => ({ ...one, beats: 2.5 }));
  pick(strong, FORM.again, 0.6);
  pick(CODA, FORM.coda, 0.7);
  return equalise(equalise(bus, 'bell', 190, 3, 1.2), 'bell', 2600, 2, 0.8);
}

function bassAndChords(clock, rateHz, frames) {
  const random = new Random(32);
  const played = human(random, { timing: 0.008, touch: 0.1 });
  const bus = new StereoBus(rateHz, frames);
  for (let bar = FORM.tune; bar < FORM.last; bar += 1) {
    const [low, ...upper] = CHORDS[bar];
    const length = clock.bar(bar + 1) - clock.bar(bar);
    const strong = { time: clock.bar(bar), seconds: length, note: low, velocity: 0.7, pan: 0.05 };
    playPluck(bus, played(strong), LOW, random);
    if (bar >= FORM.again) continue;
    for (const beat of [1, 2]) {
      upper.forEach((note, index) => {
        const time = clock.bar(bar, beat) + index * 0.012;
        const velocity = beat === 1 ? 0.34 : 0.29;
        const one = played({ time, seconds: 0.5, note, velocity, pan: 0.3 });
        playPluck(bus, one, { ...GUITAR, brightness: 0.4, dampSeconds: 0.2 }, random);
      });
    }
  }
  return equalise(bus, 'bell', 110, 2, 1);
}

function harp(clock, rateHz, frames) {
  const random = new Random(33);
  const played = human(random, { timing: 0.007, touch: 0.12 });
  const bus = new StereoBus(rateHz, frames);
  const figure = [0, 1, 2, 3, 2, 1];
  for (let bar = 0; bar < FORM.last; bar += 1) {
    const resting = bar >= FORM.tune && bar < FORM.middle + 4;
    if (resting && bar % 4 !== 3) continue;
    const notes = [CHORDS[bar][0] + 12, ...CHORDS[bar].slice(1).map((note) => note + 12)];
    figure.forEach((index, step) => {
      const time = clock.bar(bar, step / 2);
      const velocity = (step === 0 ? 0.55 : 0.42) * (bar < FORM.tune ? 1.1 : 0.85);
      const pan = 0.25 + 0.12 * index;
      playPluck(
        bus,
        played({ time, seconds: 1.8, note: notes[index], velocity, pan }),
        HARP,
        random,
      );
    });
  }
  // The end is rolled upwards through three octaves.
  const last = CHORDS[FORM.last];
  [...last, ...last.slice(1).map((note) => note + 12)].forEach((note, index) => {
    const time = clock.bar(FORM.last) + index * 0.11;
    const velocity = 0.62 - index * 0.025;
    playPluck(bus, played({ time, seconds: 5, note, velocity, pan: index * 0.08 }), HARP, random);
  });
  return bus;
}

function strings(clock, rateHz, frames) {
  const random = new Random(34);
  const bus = new StereoBus(rateHz, frames);
  const amplitude = { attack: 0.5, decay: 1, sustain: 0.85, release: 0.7 };
  const section = { amplitude, cutoffHz: 900, openOctaves: 1, detuneCents: 15, voices: 4 };
  const sound = { ...section, vibratoCents: 9, vibratoHz: 5.3 };
  for (let bar = FORM.middle; bar <= FORM.last; bar += 1) {
    const final = bar === FORM.last;
    const seconds = final ? 5 : clock.bar(bar + 1) - clock.bar(bar) + 0.1;
    const swell = bar < FORM.again ? 0.3 + 0.02 * (bar - FORM.middle) : 0.42;
    CHORDS[bar].slice(0, 4).forEach((note, index) => {
      const time = clock.bar(bar) - 0.12;
      const pan = [0.6, 0.35, -0.2, -0.6][index];
      playSaws(bus, { time, seconds, note, velocity: swell, pan }, sound, random);
    });
  }
  const solo = { ...sound, cutoffHz: 1900, voices: 3, detuneCents: 11, vibratoCents: 14 };
  solo.amplitude = { attack: 0.11, decay: 1, sustain: 0.9, release: 0.35 };
  for (const { beat, beats, note } of AGAIN) {
    const time = clock.bar(FORM.again, beat) - 0.04;
    const seconds = clock.bar(FORM.again, beat + beats) - time - 0.03;
    const velocity = 0.78 + 0.2 * Math.sin((Math.PI * ((beat % 12) + 1)) / 13);
    playSaws(bus, { time, seconds, note, velocity, pan: -0.45 }, solo, random);
  }
  chorus(bus, { rateHz: 0.6, depthMs: 1.6, mix: 0.45 });
  equalise(sweep(bus, 'high', 110), 'bell', 1100, -2, 0.9);
  return equalise(bus, 'high-shelf', 4500, -3);
}

export const waltzForAnEmptyRoom = {
  title: 'Waltz for an Empty Room',
  genre: 'Chamber',
  loudnessLufs: -19,
  fadeOutSeconds: 3,
  /** @returns {StereoBus} the mix before mastering */
  compose(rateHz) {
    const frames = Math.round(SECONDS * rateHz);
    const ritardando = { fromBeat: 29 * 3, toBeat: 32 * 3, factor: 1.7 };
    const clock = new Clock({ bpm: 108, beatsPerBar: 3, startSeconds: 0.3, ritardando });
    const tune = guitar(clock, rateHz, frames);
    const ground = bassAndChords(clock, rateHz, frames);
    const figures = harp(clock, rateHz, frames);
    const group = strings(clock, rateHz, frames);
    const send = new StereoBus(rateHz, frames).mix(tune, 0.4).mix(ground, 0.2).mix(figures, 0.45);
    send.mix(group, 0.4);
    const hall = reverb(send, {
      decaySeconds: 2.4,
      size: 1.1,
      dampingHz: 5200,
      preDelaySeconds: 0.022,
    });
    const mix = new StereoBus(rateHz, frames).mix(tune, 1).mix(ground, 0.8).mix(figures, 0.75);
    mix.mix(group, 0.36).mix(hall, 0.5);
    return equalise(mix, 'low-shelf', 140, -1);
  },
};
