/**
 * 2. An upbeat electronic groove: kick, clap and hats, syncopated bass, chords that breathe with
 * the kick, a singing lead. C major, 4/4 at 116; intro, groove, tune, break with riser, tune with
 * arpeggio and second voice, end.
 */
import {
  playClap,
  playHat,
  playKick,
  playShaker,
  playSweep,
  playTom,
} from '../instruments/drums.mjs';
import { playBass, playElectricPiano, playLead, playSaws } from '../instruments/synths.mjs';
import { StereoBus } from '../mix/bus.mjs';
import { chorus, duck, echo, equalise, ride, saturate, sweep } from '../mix/effects.mjs';
import { Clock, human } from '../score/clock.mjs';
import { chord, phrase, rhythm } from '../score/theory.mjs';
import { breakpoints } from '../synth/envelopes.mjs';
import { Random } from '../synth/random.mjs';
import { reverb } from '../synth/reverb.mjs';

const SECONDS = 67;
/** Bars at which the parts begin: the form of the piece. */
const FORM = { groove: 4, tune: 8, rest: 16, full: 20, out: 28, end: 30 };

/** Eight bars: the bass first, then the voices. */
const CHORDS = [
  'F1 A3 C4 E4 G4',
  'G1 B3 D4 E4 G4',
  'A1 G3 C4 E4 B4',
  'E1 G3 B3 D4 G4',
  'F1 A3 C4 E4 G4',
  'G1 B3 D4 G4 A4',
  'C2 G3 C4 E4 B4',
  'E1 G3 B3 D4 E4',
].map(chord);

const TUNE = phrase(
  `r:0.5 C5:0.5 E5:0.5 G5:1 E5:0.5 C5:1 | D5:1.5 B4:0.5 D5:1 r:0.5 E5:0.5 |
   E5:1.5 C5:0.5 A4:1 C5:0.5 D5:0.5 | B4:2.5 r:0.5 D5:0.5 E5:0.5 |
   r:0.5 A5:0.5 G5:0.5 E5:1 C5:0.5 E5:1 | D5:1 G5:1.5 D5:0.5 E5:0.5 F5:0.5 |
   E5:1.5 G5:0.5 C6:1 B5:0.5 G5:0.5 | B5:1 G5:1 E5:1.5 r:0.5`,
  4,
);

/** The second voice of the last tune: chord tones under the long notes. */
const SECOND = phrase(
  `r:1 C5:1 A4:2 | B4:1.5 G4:0.5 B4:2 | C5:1.5 A4:0.5 E4:2 | G4:2.5 r:0.5 B4:1 |
   r:1 C5:1 A4:2 | B4:1 D5:1.5 B4:0.5 G4:1 | C5:1.5 E5:0.5 G5:1 E5:1 | G5:1 D5:1 B4:1.5 r:0.5`,
  4,
);

const chordAt = (bar) => CHORDS[bar % 8];
const between = (bar, from, to) => bar >= from && bar < to;

function kickBeats(bar) {
  if (between(bar, FORM.groove, FORM.rest) || between(bar, FORM.full, FORM.out)) {
    return bar % 4 === 3 ? [0, 1, 2, 3, 3.75] : [0, 1, 2, 3];
  }
  return bar === FORM.out || bar === FORM.end ? [0] : [];
}

function drums(clock, rateHz, frames) {
  const random = new Random(21);
  const played = human(random, { timing: 0.003, touch: 0.08 });
  const bus = new StereoBus(rateHz, frames);
  const tops = new StereoBus(rateHz, frames);
  const kicks = [];
  const closed = rhythm('xoXo xoXo xoXo xoXx');
  for (let bar = 0; bar < FORM.end; bar += 1) {
    const at = (beat) => clock.bar(bar, beat);
    const busy = kickBeats(bar).length > 1;
    for (const beat of kickBeats(bar)) {
      kicks.push(at(beat));
      const velocity = beat === 3.75 ? 0.6 : 1;
      playKick(bus, { time: at(beat), velocity }, { hz: 50, seconds: 0.36, click: 0.35 }, random);
    }
    if (busy && bar >= FORM.groove + 2) {
      for (const beat of [1, 3]) playClap(tops, { time: at(beat), velocity: 0.9 }, {}, random);
    }
    if (bar >= 2 && !between(bar, FORM.rest, FORM.rest + 2) && bar < FORM.out) {
      for (const { beat, velocity } of closed) {
        const soft = busy ? 0.5 : 0.32;
        const hit = played({ time: at(beat), velocity: velocity * soft, pan: 0.25 });
        playHat(tops, hit, { seconds: 0.05 }, random);
      }
    }
    if (busy) {
      for (const beat of [0.5, 1.5, 2.5, 3.5]) {
        playHat(tops, { time: at(beat), velocity: 0.5, pan: -0.3 }, { seconds: 0.2 }, random);
      }
    }
    if (between(bar, FORM.full, FORM.out)) {
      for (const { beat, velocity } of rhythm('xoox ooxo xoox oxoo')) {
        const hit = played({ time: at(beat), velocity: velocity * 0.6, pan: -0.55 });
        playShaker(tops, hit, {}, random);
      }
    }
    if (bar === FORM.tune - 1 || bar === FORM.full - 1) {
      [2.5, 2.75, 3, 3.25, 3.5, 3.75].forEach((beat, index) => {
        const hit = { time: at(beat), velocity: 0.45 + index * 0.07, pan: 0.6 - index * 0.24 };
        playTom(tops, hit, { hz: 190 - index * 17, seconds: 0.3 }, random);
      });
    }
  }
  for (const bar of [FORM.tune, FORM.full, FORM.out]) {
    playHat(
      tops,
      { time: clock.bar(bar), velocity: 0.8, pan: 0.1 },
      { seconds: 1.6, cutHz: 4200 },
      random,
    );
  }
  return { kick: bus, tops, kicks };
}

function bass(clock, rateHz, frames) {
  const random = new Random(22);
  const played = human(random, { timing: 0.003, touch: 0.06 });
  const bus = new StereoBus(rateHz, frames);
  // [beat, beats, semitones above the root]
  const riff = [
    [0, 0.6, 0],
    [0.75, 0.6, 0],
    [1.5, 0.4, 12],
    [2, 0.35, 0],
    [2.75, 0.5, 7],
    [3.5, 0.4, 12],
  ];
  for (let bar = FORM.groove; bar <= FORM.out; bar += 1) {
    if (between(bar, FORM.rest, FORM.full)) continue;
    const root = chordAt(bar)[0] + 12;
    const line = bar === FORM.out ? [[0, 6, 0]] : riff;
    for (const [beat, beats, interval] of line) {
      const time = clock.bar(bar, beat);
      const seconds = beats * clock.beatSeconds;
      const velocity = beat === 0 ? 1 : 0.85;
      const note = played({ time, seconds, note: root + interval, velocity });
      playBass(bus, note, { cutoffHz: bar < FORM.tune ? 190 : 260 });
    }
  }
  return bus;
}

function keys(clock, rateHz, frames) {
  const random = new Random(23);
  const played = human(random, { timing: 0.006, touch: 0.1 });
  const bus = new StereoBus(rateHz, frames);
  const stabs = [
    [0, 0.7],
    [0.75, 0.4],
    [1.5, 0.9],
    [2.75, 0.4],
    [3.25, 0.6],
  ];
  for (let bar = 0; bar < FORM.out; bar += 1) {
    const quiet = bar < FORM.groove || between(bar, FORM.rest, FORM.full);
    const hits = quiet
      ? [
          [0, 1.4],
          [1.5, 2.2],
        ]
      : stabs;
    for (const [beat, beats] of hits) {
      chordAt(bar)
        .slice(1)
        .forEach((note, index) => {
          const time = clock.bar(bar, beat) + index * 0.006;
          const velocity = beat === 0 ? 0.72 : 0.6;
          const pan = index * 0.35 - 0.5;
          const one = played({ time, seconds: beats * clock.beatSeconds, note, velocity, pan });
          playElectricPiano(bus, one, { release: 0.25, brightness: 1.4 });
        });
    }
  }
  chordAt(FORM.tune + 6)
    .slice(1)
    .forEach((note, index) => {
      const time = clock.bar(FORM.out) + index * 0.03;
      playElectricPiano(bus, { time, seconds: 4, note, velocity: 0.8, pan: 0 }, { release: 1 });
    });
  return chorus(bus, { rateHz: 0.8, depthMs: 1.2, mix: 0.45 });
}

function wash(clock, rateHz, frames) {
  const random = new Random(24);
  const bus = new StereoBus(rateHz, frames);
  const amplitude = { attack: 0.12, decay: 1, sustain: 0.85, release: 0.5 };
  const sound = { amplitude, cutoffHz: 1500, openOctaves: 1.4, detuneCents: 24, voices: 3 };
  for (let bar = 0; bar <= FORM.out; bar += 1) {
    const notes = bar === FORM.out ? chord('C3 G3 C4 E4 B4') : chordAt(bar);
    const seconds = (bar === FORM.out ? 8 : 4) * clock.beatSeconds;
    notes.slice(1).forEach((note, index) => {
      const one = { time: clock.bar(bar), seconds, note, velocity: 0.6, pan: index * 0.4 - 0.6 };
      playSaws(bus, one, sound, random);
    });
  }
  const at = (bar) => clock.bar(bar);
  const cutoff = breakpoints([
    [0, 350],
    [at(FORM.groove), 2600],
    [at(FORM.groove) + 0.1, 1100],
    [at(FORM.tune), 5200],
    [at(FORM.rest), 5200],
    [at(FORM.rest) + 0.3, 600],
    [at(FORM.full) - 0.1, 9000],
    [at(FORM.full), 8000],
    [at(FORM.out), 7000],
    [at(FORM.end) + 3, 500],
  ]);
  return sweep(bus, 'low', cutoff, 0.9);
}

function tune(clock, rateHz, frames) {
  const random = new Random(25);
  const played = human(random, { timing: 0.005, touch: 0.08 });
  const bus = new StereoBus(rateHz, frames);
  const sing = (notes, startBar, level, pan, sound) => {
    let from;
    for (const { beat, beats, note } of notes) {
      const time = clock.bar(startBar, beat);
      const seconds = beats * clock.beatSeconds * 0.92;
      const velocity = level * (beat % 1 === 0 ? 1 : 0.88);
      playLead(bus, { ...played({ time, seconds, note, velocity }), pan, from }, sound);
      from = note;
    }
  };
  sing(TUNE, FORM.tune, 0.8, 0, { cutoffHz: 1300 });
  sing(TUNE, FORM.full, 0.9, 0.1, { cutoffHz: 1700 });
  sing(SECOND, FORM.full, 0.55, -0.45, { cutoffHz: 1000 });
  // The break remembers the beginning of the tune, softly.
  sing(
    TUNE.filter(({ beat }) => beat < 16),
    FORM.rest,
    0.45,
    0.2,
    { cutoffHz: 600 },
  );
  return bus;
}

function arpeggio(clock, rateHz, frames) {
  const random = new Random(26);
  const bus = new StereoBus(rateHz, frames);
  const amplitude = { attack: 0.003, decay: 0.16, sustain: 0.05, release: 0.12 };
  const sound = { amplitude, cutoffHz: 900, openOctaves: 3, voices: 2, detuneCents: 9 };
  const order = [0, 2, 1, 3, 2, 1, 3, 0];
  for (let bar = FORM.rest + 1; bar < FORM.out; bar += 1) {
    const notes = chordAt(bar).slice(1);
    for (let step = 0; step < 16; step += 1) {
      const note = notes[order[step % 8]] + (step % 3 === 2 ? 24 : 12);
      const velocity = (step % 4 === 0 ? 0.6 : 0.42) * (bar < FORM.full ? 0.7 : 1);
      const pan = 0.7 * Math.sin((bar * 16 + step) * 0.7);
      const time = clock.bar(bar, step / 4);
      playSaws(bus, { time, seconds: 0.12, note, velocity, pan }, sound, random);
    }
  }
  const rise = [
    [0, 500],
    [clock.bar(FORM.rest), 500],
    [clock.bar(FORM.full), 7000],
  ];
  return sweep(bus, 'low', breakpoints(rise));
}

export const paperKites = {
  title: 'Paper Kites',
  genre: 'Electronic',
  loudnessLufs: -12,
  fadeOutSeconds: 2.5,
  /** @returns {StereoBus} the mix before mastering */
  compose(rateHz) {
    const frames = Math.round(SECONDS * rateHz);
    const clock = new Clock({ bpm: 116, beatsPerBar: 4, swing: 0.12 });
    const { kick, tops, kicks } = drums(clock, rateHz, frames);
    const low = duck(bass(clock, rateHz, frames), kicks, { depth: 0.6, releaseSeconds: 0.16 });
    const chords = keys(clock, rateHz, frames);
    const pad = duck(wash(clock, rateHz, frames), kicks, { depth: 0.75, releaseSeconds: 0.3 });
    const lead = tune(clock, rateHz, frames);
    const runs = duck(arpeggio(clock, rateHz, frames), kicks, { depth: 0.4, releaseSeconds: 0.2 });
    const riser = new StereoBus(rateHz, frames);
    const rise = { time: clock.bar(FORM.full - 3), seconds: clock.beatSeconds * 12, velocity: 1 };
    playSweep(riser, rise, { fromHz: 500, toHz: 9000, resonance: 1.5 }, new Random(27));
    const repeats = { seconds: clock.beatSeconds * 0.75, feedback: 0.38, lowpassHz: 5000 };
    const echoes = echo(new StereoBus(rateHz, frames).mix(lead, 0.45).mix(runs, 0.35), repeats);
    const send = new StereoBus(rateHz, frames).mix(lead, 0.25).mix(chords, 0.2).mix(tops, 0.08);
    send.mix(pad, 0.12).mix(echoes, 0.3).mix(riser, 0.4);
    const room = reverb(send, { decaySeconds: 1.9, size: 0.9, dampingHz: 7000, lowCutHz: 280 });
    equalise(sweep(pad, 'high', 180), 'bell', 420, -2.5, 0.9);
    equalise(tops, 'high-shelf', 9000, 1.5);
    const level = breakpoints([
      [0, 0.75],
      [clock.bar(FORM.groove), 0.95],
    ]);
    const mix = new StereoBus(rateHz, frames).mix(kick, 0.78).mix(tops, 0.62).mix(low, 0.62);
    mix.mix(chords, 0.24).mix(pad, 0.2).mix(lead, 0.62).mix(runs, 0.3).mix(echoes, 0.45);
    return saturate(ride(mix.mix(riser, 0.35).mix(room, 0.55), level), 0.8);
  },
};
