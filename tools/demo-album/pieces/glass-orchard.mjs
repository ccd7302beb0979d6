/**
 * 5. Bright, wide and percussive: two marimbas play one rhythm, the second turned by some steps,
 * over a bass marimba; then vibraphone, glass, bells, shakers and wood. E major, 12/8 with the
 * dotted crotchet at 100; parts enter one by one, a break of bells, all together, a unison end.
 */
import { playHat, playShaker, playTom, playWood } from '../instruments/drums.mjs';
import { playMallet } from '../instruments/mallets.mjs';
import { StereoBus } from '../mix/bus.mjs';
import { echo, equalise, widen } from '../mix/effects.mjs';
import { Clock, human } from '../score/clock.mjs';
import { chord, phrase } from '../score/theory.mjs';
import { Random } from '../synth/random.mjs';
import { reverb } from '../synth/reverb.mjs';

const SECONDS = 64;
/** Twelve quavers in a bar; the clock counts quavers as beats. */
const STEPS = 12;
const FORM = { second: 2, bass: 4, bells: 8, rest: 14, full: 16, end: 23 };

/** Two bars on each chord: the bass first, then five notes for the patterns. */
const CHORDS = [
  'E2 B3 E4 F#4 G#4 B4',
  'C#2 B3 E4 F#4 G#4 C#5',
  'A1 A3 C#4 E4 G#4 B4',
  'B1 B3 D#4 E4 F#4 B4',
  'F#2 A3 C#4 E4 F#4 C#5',
  'G#1 B3 D#4 E4 G#4 B4',
  'A1 A3 C#4 E4 F#4 B4',
  'B1 A3 C#4 E4 F#4 B4',
].map(chord);
const chordAt = (bar) => CHORDS[Math.floor(bar / 2) % 8];

/** The rhythm (twelve steps, eight strokes) and the voice of the chord struck at each step. */
const PATTERN = [0, 2, 4, null, 1, 3, null, 4, null, 2, 3, null];

const BELLS = phrase(
  `B5:6 G#5:3 F#5:3 | G#5:6 E5:6 | D#5:3 F#5:3 B5:6 | F#5:9 E5:3 |
   F#5:3 A5:3 C#6:6 | A5:6 F#5:6`,
  12,
);
const HYMN = phrase(
  `G#5:3 B5:3 E6:6 | D#6:3 B5:3 G#5:6 | C#6:6 B5:3 A5:3 | E5:3 A5:3 C#6:6 |
   B5:6 A5:3 F#5:3 | E5:3 F#5:3 A5:6 | B5:12`,
  12,
);

function marimbas(clock, rateHz, frames) {
  const random = new Random(51);
  const played = human(random, { timing: 0.004, touch: 0.1 });
  const bus = new StereoBus(rateHz, frames);
  const strike = (bar, step, voice, pan, level, hardness) => {
    const note = chordAt(bar)[1 + voice];
    const accent = step % 3 === 0 ? 1 : 0.8;
    const one = played({
      time: clock.bar(bar, step),
      seconds: 1,
      note,
      velocity: level * accent,
      pan,
    });
    playMallet(bus, one, { kind: 'marimba', hardness }, random);
  };
  for (let bar = 0; bar < FORM.end; bar += 1) {
    const resting = bar >= FORM.rest && bar < FORM.full;
    const level = resting ? 0.4 : bar < 2 ? 0.6 + 0.1 * bar : 0.8;
    // The second player starts two steps later in the pattern each time the piece moves on.
    const turn = bar < FORM.bells ? 3 : bar < FORM.full ? 5 : 7;
    for (let step = 0; step < STEPS; step += 1) {
      const first = PATTERN[step];
      if (first !== null && !(resting && step % 3)) strike(bar, step, first, -0.75, level, 1);
      const second = PATTERN[(step + turn) % STEPS];
      if (second !== null && bar >= FORM.second && !resting) {
        strike(bar, step, second, 0.75, level * 0.9, 1.1);
      }
    }
  }
  return bus;
}

function bassMarimba(clock, rateHz, frames) {
  const random = new Random(52);
  const played = human(random, { timing: 0.005, touch: 0.06 });
  const bus = new StereoBus(rateHz, frames);
  const riff = [
    [0, 0],
    [3, 12],
    [5, 7],
    [6, 0],
    [9, 12],
    [11, 7],
  ];
  for (let bar = FORM.bass; bar < FORM.end; bar += 1) {
    if (bar >= FORM.rest && bar < FORM.full) continue;
    for (const [step, interval] of riff) {
      const note = chordAt(bar)[0] + interval + 12;
      const velocity = step === 0 ? 1 : 0.75;
      const one = played({ time: clock.bar(bar, step), seconds: 0.8, note, velocity, pan: 0 });
      playMallet(bus, one, { kind: 'marimba', hardness: 0.6 }, random);
    }
  }
  return bus;
}

function metal(clock, rateHz, frames) {
  const random = new Random(53);
  const played = human(random, { timing: 0.006, touch: 0.08 });
  const bus = new StereoBus(rateHz, frames);
  const ring = (notes, startBar, kind, shift, level, pan) => {
    for (const { beat, note } of notes) {
      const time = clock.bar(startBar, beat);
      const one = played({ time, seconds: 3, note: note + shift, velocity: level, pan });
      playMallet(bus, one, { kind, hardness: 0.8 }, random);
    }
  };
  ring(BELLS, FORM.bells, 'glockenspiel', 12, 0.5, 0.3);
  ring(BELLS, FORM.bells, 'vibraphone', 0, 0.6, -0.2);
  ring(HYMN, FORM.full, 'bell', 0, 0.62, 0.1);
  ring(HYMN, FORM.full, 'glockenspiel', 12, 0.42, -0.35);
  for (let bar = FORM.bass + 2; bar < FORM.end; bar += 1) {
    chordAt(bar)
      .slice(1)
      .forEach((note, index) => {
        const time = clock.bar(bar) + index * 0.018;
        const one = played({ time, seconds: 2.4, note, velocity: 0.3, pan: index * 0.4 - 0.8 });
        const sound = { kind: 'vibraphone', damped: true, tremoloHz: 5.2 };
        playMallet(bus, one, sound, random);
      });
  }
  // Glass drops between the sides, thick in the break.
  for (let bar = FORM.second; bar < FORM.end; bar += 1) {
    const resting = bar >= FORM.rest && bar < FORM.full;
    for (let step = 0; step < STEPS; step += 1) {
      if (random.next() > (resting ? 0.75 : 0.22)) continue;
      const note = chordAt(bar)[1 + Math.floor(random.next() * 5)] + 24;
      const velocity = random.between(0.15, 0.34);
      const pan = random.between(-1, 1);
      const one = played({ time: clock.bar(bar, step), seconds: 2, note, velocity, pan });
      playMallet(bus, one, { kind: 'glass' }, random);
    }
  }
  return bus;
}

function percussion(clock, rateHz, frames) {
  const random = new Random(54);
  const played = human(random, { timing: 0.005, touch: 0.14 });
  const bus = new StereoBus(rateHz, frames);
  for (let bar = FORM.bass; bar < FORM.end; bar += 1) {
    if (bar >= FORM.rest && bar < FORM.full) continue;
    const at = (step) => clock.bar(bar, step);
    for (let step = 0; step < STEPS; step += 1) {
      const velocity = step % 3 === 0 ? 0.75 : 0.45;
      playShaker(bus, played({ time: at(step), velocity, pan: 0.6 }), { bandHz: 8200 }, random);
    }
    if (bar >= FORM.bells - 2) {
      for (const step of [1, 4, 6, 8, 11]) {
        const high = step === 4 || step === 11;
        const hit = played({ time: at(step), velocity: 0.4, pan: high ? -0.9 : -0.6 });
        playWood(bus, hit, { hz: high ? 1480 : 1110, seconds: 0.06 }, random);
      }
    }
    if (bar >= FORM.bells) {
      for (const step of [0, 5, 9]) {
        const hit = played({ time: at(step), velocity: step ? 0.5 : 0.8, pan: step ? 0.3 : -0.05 });
        playTom(bus, hit, { hz: step ? 104 : 78, seconds: 0.4 }, random);
      }
    }
    if (bar >= FORM.full) {
      for (const step of [2, 5, 8, 11]) {
        const hit = played({ time: at(step), velocity: 0.3, pan: 0.85 });
        playHat(bus, hit, { seconds: 0.12, cutHz: 9000, metal: 0.7 }, random);
      }
    }
  }
  for (const bar of [FORM.bells, FORM.full, FORM.end]) {
    playHat(
      bus,
      { time: clock.bar(bar), velocity: 0.5, pan: -0.3 },
      { seconds: 2.2, cutHz: 5200 },
      random,
    );
  }
  return bus;
}

/** The last stroke: everybody on E, and bells that ring on. */
function finalChord(clock, rateHz, frames) {
  const random = new Random(55);
  const bus = new StereoBus(rateHz, frames);
  const time = clock.bar(FORM.end);
  chord('E2 E3 B3 E4 G#4 B4 E5').forEach((note, index) => {
    const one = {
      time: time + index * 0.012,
      seconds: 4,
      note,
      velocity: 0.8,
      pan: index * 0.25 - 0.75,
    };
    playMallet(bus, one, { kind: index % 2 ? 'vibraphone' : 'marimba' }, random);
  });
  chord('B5 E6 G#6').forEach((note, index) => {
    const one = {
      time: time + 0.3 + index * 0.22,
      seconds: 4,
      note,
      velocity: 0.4,
      pan: index - 1,
    };
    playMallet(bus, one, { kind: 'glockenspiel', hardness: 0.7 }, random);
  });
  return bus;
}

export const glassOrchard = {
  title: 'Glass Orchard',
  genre: 'Minimal',
  loudnessLufs: -16,
  fadeOutSeconds: 2.5,
  /** @returns {StereoBus} the mix before mastering */
  compose(rateHz) {
    const frames = Math.round(SECONDS * rateHz);
    const clock = new Clock({ bpm: 300, beatsPerBar: STEPS, startSeconds: 0.15 });
    const wood = marimbas(clock, rateHz, frames);
    const bells = metal(clock, rateHz, frames);
    const drums = percussion(clock, rateHz, frames);
    const last = finalChord(clock, rateHz, frames);
    const bright = new StereoBus(rateHz, frames).mix(bells, 0.4).mix(last, 0.3);
    const repeats = { seconds: clock.beatSeconds * 3, feedback: 0.34, lowpassHz: 9000 };
    const echoes = echo(bright, { ...repeats, highpassHz: 500 });
    const send = new StereoBus(rateHz, frames).mix(wood, 0.18).mix(bells, 0.5).mix(drums, 0.12);
    send.mix(last, 0.5).mix(echoes, 0.4);
    const hall = reverb(send, { decaySeconds: 2.1, size: 1, dampingHz: 9500, lowCutHz: 250 });
    const mix = new StereoBus(rateHz, frames).mix(wood, 0.8).mix(bells, 0.62).mix(drums, 0.75);
    mix
      .mix(bassMarimba(clock, rateHz, frames), 0.85)
      .mix(last, 0.8)
      .mix(echoes, 0.35)
      .mix(hall, 0.5);
    return equalise(widen(mix, 1.15), 'high-shelf', 7000, 2);
  },
};
