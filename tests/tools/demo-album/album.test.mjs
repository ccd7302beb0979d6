/** Tests of the demo album's pure parts: `node --test tests/tools/demo-album/`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StereoBus } from '../../../tools/demo-album/mix/bus.mjs';
import { integratedLoudness } from '../../../tools/demo-album/mix/loudness.mjs';
import { master } from '../../../tools/demo-album/mix/master.mjs';
import { encodeWav } from '../../../tools/demo-album/output/wav.mjs';
import { chord, midi, phrase, pitch } from '../../../tools/demo-album/score/theory.mjs';
import { Adsr } from '../../../tools/demo-album/synth/envelopes.mjs';

const RATE_HZ = 48000;

function tone(hz, amplitude, seconds) {
  const bus = new StereoBus(RATE_HZ, seconds * RATE_HZ);
  for (let frame = 0; frame < bus.frames; frame += 1) {
    const value = amplitude * Math.sin((2 * Math.PI * hz * frame) / RATE_HZ);
    bus.left[frame] = value;
    bus.right[frame] = value;
  }
  return bus;
}

test('note names become MIDI numbers and pitches', () => {
  assert.deepEqual(chord('C4 Bb3 F#5'), [60, 58, 78]);
  assert.equal(pitch(midi('A4')), 440);
  assert.throws(() => midi('H2'), /not a note/);
});

test('a bar that does not fill is refused with its number', () => {
  assert.deepEqual(phrase('r:1 A4:2', 3), [{ beat: 1, beats: 2, note: 69 }]);
  assert.throws(() => phrase('A4:3 | A4:2.5', 3), /bar 2/);
});

test('the loudness of a 997 Hz sine on both sides is that of BS.1770', () => {
  assert.ok(Math.abs(integratedLoudness(tone(997, 0.1, 5)) - -20) < 0.1);
});

test('an envelope starts and ends at zero', () => {
  const shape = { attack: 0.01, decay: 0.1, sustain: 0.5, release: 0.05 };
  const envelope = new Adsr(RATE_HZ, shape, 0.2);
  const levels = Array.from({ length: envelope.frames + 1 }, () => envelope.next());
  assert.equal(levels[0], 0);
  assert.equal(levels[levels.length - 1], 0);
  assert.ok(Math.max(...levels) <= 1);
});

test('mastering reaches the loudness, keeps the ceiling and drops the empty end', () => {
  const bus = tone(220, 0.02, 8);
  bus.left[RATE_HZ] = 1;
  bus.left.fill(0, 6 * RATE_HZ);
  bus.right.fill(0, 6 * RATE_HZ);
  const out = master(bus, { loudnessLufs: -16, fadeOutSeconds: 0.1 });
  assert.ok(Math.abs(integratedLoudness(out) - -16) < 0.2);
  assert.ok(out.left.every((value) => Math.abs(value) <= 10 ** (-1 / 20)));
  assert.ok(out.frames < 6.5 * RATE_HZ);
});

test('a WAV file states its sizes and carries its title', () => {
  for (const [bits, formatBytes] of [
    [16, 16],
    [24, 40],
  ]) {
    const tags = { title: 'Tide', artist: 'A', album: 'B', track: 3, year: '2026', genre: 'G' };
    const file = encodeWav(tone(440, 0.5, 1), bits, tags);
    assert.equal(file.readUInt32LE(4), file.length - 8);
    assert.equal(file.readUInt32LE(16), formatBytes);
    assert.equal(file.readUInt32LE(24), RATE_HZ);
    assert.ok(file.includes('INAM\x05\0\0\0Tide\0'));
    const data = file.indexOf('data');
    assert.equal(file.readUInt32LE(data + 4), (RATE_HZ * 2 * bits) / 8);
    assert.equal(data + 8 + file.readUInt32LE(data + 4), file.length);
  }
});
