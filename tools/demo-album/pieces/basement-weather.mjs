/**
 * 4. Dark dub techno: a deep kick and sub bass, chords that dissolve in a tape echo, rain and
 * crackle, few highs. C minor, 4/4 at 120; fog, kick, full groove, a break in which the echo
 * feeds itself, groove with a slow tune, end.
 */
import {
  playHat,
  playKick,
  playShaker,
  playSweep,
  playTom,
  playWood,
} from '../instruments/drums.mjs';
import { playLead, playSaws, playSub } from '../instruments/synths.mjs';
import { StereoBus } from '../mix/bus.mjs';
import { duck, echo, equalise, ride, saturate, sweep } from '../mix/effects.mjs';
import { Clock, human } from '../score/clock.mjs';
import { chord, phrase, rhythm } from '../score/theory.mjs';
import { breakpoints } from '../synth/envelopes.mjs';
import { OnePole } from '../synth/filters.mjs';
import { Random } from '../synth/random.mjs';
import { reverb } from '../synth/reverb.mjs';

const SECONDS = 68;
const FORM = { kick: 4, groove: 8, rest: 16, again: 20, out: 28, end: 30 };

const CHORDS = [
  ...Array(4).fill('C2 G3 Bb3 D4 Eb4'),
  ...Array(2).fill('Ab1 G3 Bb3 C4 Eb4'),
  ...['F1 Ab3 C4 Eb4 G4', 'G1 F3 Bb3 C4 D4'],
].map(chord);
const chordAt = (bar) => CHORDS[bar % 8];

const TUNE = phrase(
  `G4:3 Eb4:1 | D4:4 | r:1 Eb4:1 G4:1 Bb4:1 | G4:4 |
   r:2 Eb4:1 C4:1 | Eb4:3 Bb3:1 | C4:2 Eb4:2 | D4:4`,
  4,
);

function kicks(clock, rateHz, frames) {
  const random = new Random(41);
  const bus = new StereoBus(rateHz, frames);
  const times = [];
  for (let bar = FORM.kick; bar < FORM.end; bar += 1) {
    if (bar >= FORM.rest && bar < FORM.again) continue;
    const beats = bar % 8 === 7 ? [0, 1, 2, 2.75, 3] : [0, 1, 2, 3];
    for (const beat of bar >= FORM.out + 1 ? [0, 2] : beats) {
      times.push(clock.bar(bar, beat));
      const hit = { time: clock.bar(bar, beat), velocity: beat === 2.75 ? 0.6 : 1 };
      playKick(bus, hit, { hz: 43, sweepHz: 110, seconds: 0.5, click: 0.12, drive: 1.9 }, random);
    }
  }
  const open = [
    [clock.bar(FORM.kick), 160],
    [clock.bar(FORM.groove), 5000],
  ];
  return { kick: sweep(bus, 'low', breakpoints(open)), times };
}

function bass(clock, rateHz, frames) {
  const random = new Random(42);
  const played = human(random, { timing: 0.004, touch: 0.06 });
  const bus = new StereoBus(rateHz, frames);
  const riff = [
    [0.5, 0.4, 0],
    [1.5, 0.7, 0],
    [2.5, 0.3, 0],
    [2.75, 0.5, 12],
    [3.5, 0.4, 7],
  ];
  for (let bar = FORM.groove; bar < FORM.out; bar += 1) {
    if (bar >= FORM.rest && bar < FORM.again) continue;
    for (const [beat, beats, interval] of riff) {
      if (interval === 7 && bar % 2 === 0) continue;
      const time = clock.bar(bar, beat);
      const note = chordAt(bar)[0] + interval + (chordAt(bar)[0] < 32 ? 12 : 0);
      const one = played({ time, seconds: beats * clock.beatSeconds, note, velocity: 0.9 });
      playSub(bus, one, { attack: 0.012, release: 0.09, warmth: 0.3 });
    }
  }
  return saturate(bus, 1.6);
}

function stabs(clock, rateHz, frames) {
  const random = new Random(43);
  const played = human(random, { timing: 0.006, touch: 0.12 });
  const bus = new StereoBus(rateHz, frames);
  const amplitude = { attack: 0.006, decay: 0.22, sustain: 0.12, release: 0.18 };
  const sound = { amplitude, cutoffHz: 320, openOctaves: 2.2, resonance: 1.4, voices: 2 };
  for (let bar = 0; bar < FORM.end; bar += 1) {
    const resting = bar >= FORM.rest && bar < FORM.again;
    const beats = bar < FORM.kick || resting ? [0.5] : bar % 2 ? [0.5, 2.25] : [0.5, 3.25];
    for (const beat of beats) {
      chordAt(bar)
        .slice(1)
        .forEach((note, index) => {
          const pan = index * 0.25 - 0.4;
          const velocity = beat === 0.5 ? 0.8 : 0.55;
          const one = played({ time: clock.bar(bar, beat), seconds: 0.16, note, velocity, pan });
          playSaws(bus, one, sound, random);
        });
    }
  }
  const at = (bar) => clock.bar(bar);
  const mood = [
    [0, 900],
    [at(8), 1500],
    [at(16), 2600],
    [at(20), 5200],
    [at(21), 1900],
    [at(30), 700],
  ];
  return sweep(bus, 'low', breakpoints(mood), 0.9);
}

function smallDrums(clock, rateHz, frames) {
  const random = new Random(44);
  const played = human(random, { timing: 0.006, touch: 0.15 });
  const bus = new StereoBus(rateHz, frames);
  for (let bar = FORM.kick + 2; bar < FORM.out; bar += 1) {
    if (bar >= FORM.rest && bar < FORM.again) continue;
    const at = (beat) => clock.bar(bar, beat);
    for (const beat of [0.5, 1.5, 2.5, 3.5]) {
      const hit = played({ time: at(beat), velocity: 0.34, pan: 0.2 });
      playHat(bus, hit, { seconds: 0.09, cutHz: 6000, metal: 0.3 }, random);
    }
    if (bar >= FORM.groove) {
      for (const { beat, velocity } of rhythm('...x ..o. ..x. .o..')) {
        const hit = played({ time: at(beat), velocity: velocity * 0.7, pan: -0.4 });
        playWood(bus, hit, { hz: 420, seconds: 0.07 }, random);
      }
      for (const beat of [1, 3]) {
        playTom(
          bus,
          played({ time: at(beat), velocity: 0.3, pan: 0 }),
          { hz: 165, seconds: 0.2 },
          random,
        );
      }
    }
    if (bar >= FORM.again) {
      for (const { beat, velocity } of rhythm('o.ox o.ox o.ox o.oo')) {
        const hit = played({ time: at(beat), velocity: velocity * 0.5, pan: -0.6 });
        playShaker(bus, hit, { bandHz: 4600 }, random);
      }
    }
  }
  return bus;
}

/** Rain on a roof and a worn record: low-passed noise and thin random ticks. */
function weather(rateHz, frames) {
  const random = new Random(45);
  const bus = new StereoBus(rateHz, frames);
  const lows = [new OnePole(rateHz, 1500), new OnePole(rateHz, 1500)];
  const crackle = [new OnePole(rateHz, 3500), new OnePole(rateHz, 3500)];
  const density = 14 / rateHz;
  for (let frame = 0; frame < frames; frame += 1) {
    const tick = random.next() < density ? random.noise() * 2.5 : 0;
    const side = random.next();
    bus.left[frame] = lows[0].process(random.noise()) * 0.07 + crackle[0].process(tick * side);
    bus.right[frame] =
      lows[1].process(random.noise()) * 0.07 + crackle[1].process(tick * (1 - side));
  }
  for (let time = 2; time < SECONDS - 10; time += 11) {
    playSweep(
      bus,
      { time, seconds: 10, velocity: 0.5 },
      { fromHz: 150, toHz: 700, peakAt: 0.5 },
      random,
    );
  }
  return ride(
    bus,
    breakpoints([
      [0, 1],
      [16, 0.5],
      [30, 0.35],
      [34, 0.9],
      [40, 0.35],
      [58, 0.9],
    ]),
  );
}

function fog(clock, rateHz, frames) {
  const random = new Random(46);
  const bus = new StereoBus(rateHz, frames);
  const amplitude = { attack: 1.5, decay: 2, sustain: 0.8, release: 2 };
  const sound = { amplitude, cutoffHz: 260, openOctaves: 1, detuneCents: 22, voices: 3 };
  for (let bar = 0; bar < FORM.end; bar += 2) {
    const notes = [chordAt(bar)[0] + 12, chordAt(bar)[1], chordAt(bar)[3]];
    const seconds = clock.beatSeconds * 8;
    notes.forEach((note, index) => {
      playSaws(
        bus,
        { time: clock.bar(bar), seconds, note, velocity: 0.6, pan: index - 1 },
        sound,
        random,
      );
    });
  }
  const at = (bar) => clock.bar(bar);
  const level = [
    [0, 1],
    [at(8), 0.5],
    [at(16), 0.6],
    [at(18), 1.2],
    [at(20), 0.5],
    [at(30), 1],
  ];
  return ride(bus, breakpoints(level));
}

function tune(clock, rateHz, frames) {
  const bus = new StereoBus(rateHz, frames);
  let from;
  for (const { beat, beats, note } of TUNE) {
    const time = clock.bar(FORM.again, beat);
    const seconds = beats * clock.beatSeconds * 0.9;
    const sound = { cutoffHz: 420, openOctaves: 1.2, glideSeconds: 0.14, vibratoCents: 10 };
    sound.amplitude = { attack: 0.12, release: 0.5, sustain: 0.8 };
    playLead(bus, { time, seconds, note, velocity: 0.7, pan: 0.15, from }, sound);
    from = note;
  }
  return bus;
}

export const basementWeather = {
  title: 'Basement Weather',
  genre: 'Dub Techno',
  loudnessLufs: -14,
  fadeInSeconds: 0.6,
  fadeOutSeconds: 4,
  /** @returns {StereoBus} the mix before mastering */
  compose(rateHz) {
    const frames = Math.round(SECONDS * rateHz);
    const clock = new Clock({ bpm: 120, beatsPerBar: 4, startSeconds: 0.2, swing: 0.1 });
    const { kick, times } = kicks(clock, rateHz, frames);
    const chords = stabs(clock, rateHz, frames);
    const small = smallDrums(clock, rateHz, frames);
    const lead = tune(clock, rateHz, frames);
    const at = (bar) => clock.bar(bar);
    const feed = [
      [0, 0.62],
      [at(14), 0.62],
      [at(17), 0.86],
      [at(19), 0.9],
      [at(20), 0.55],
      [at(27), 0.6],
      [at(29), 0.82],
    ];
    const tape = { seconds: clock.beatSeconds * 0.75, feedback: 0.6, drive: 1.1 };
    const dub = { ...tape, feedbackAt: breakpoints(feed), lowpassHz: 2200, highpassHz: 320 };
    const source = new StereoBus(rateHz, frames).mix(chords, 0.8).mix(small, 0.12).mix(lead, 0.4);
    const echoes = echo(source, dub);
    const haze = fog(clock, rateHz, frames);
    const send = new StereoBus(rateHz, frames).mix(chords, 0.25).mix(echoes, 0.45).mix(small, 0.2);
    send.mix(lead, 0.4).mix(haze, 0.2);
    const cellar = reverb(send, { decaySeconds: 3.4, size: 1.3, dampingHz: 2600, lowCutHz: 220 });
    const pumped = new StereoBus(rateHz, frames).mix(haze, 0.4).mix(echoes, 0.7).mix(cellar, 0.6);
    duck(pumped.mix(weather(rateHz, frames), 0.35), times, { depth: 0.45, releaseSeconds: 0.34 });
    const low = duck(bass(clock, rateHz, frames), times, { depth: 0.8, releaseSeconds: 0.2 });
    const mix = new StereoBus(rateHz, frames).mix(kick, 0.85).mix(low, 0.8).mix(chords, 0.42);
    mix.mix(small, 0.42).mix(lead, 0.4).mix(pumped, 1);
    return saturate(equalise(mix, 'high-shelf', 6000, -3), 0.9);
  },
};
