/** The judge of joins on trial: on a faultless recording, and on each fault that it must see. */
import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../support/random';
import { hearJoins, joinFaults, withoutStarvation } from './join-verdict';
import { makeSound } from './music';
import { joinPcm, silentPcm, slicePcm, type StereoPcm } from './pcm';

/** None of the joins lies on the grid of 960 frames. */
const LENGTHS = [60_137, 48_823, 55_480, 70_001];
const JOIN = 60_137;

const [left, right] = makeSound(
  48_000,
  LENGTHS.reduce((sum, length) => sum + length, 0),
  5,
).channels.map((samples) => Float32Array.from(samples));
if (!left || !right) throw new Error('two channels');
const whole: StereoPcm = { left, right };

let position = 0;
const pieces = LENGTHS.map((length, index) => {
  const pcm = slicePcm(whole, position, position + length);
  position += length;
  return { name: `piece ${index + 1}`, pcm };
});

/** As after a codec: noise 20 dB below the sound's own level, of the same in every place. */
const coded = (pcm: StereoPcm, levelDb = -20): StereoPcm => {
  const random = seededRandom(3);
  const gain = 0.1 * 10 ** (levelDb / 20);
  const noisy = (samples: Float32Array): Float32Array =>
    samples.map((value) => value + gain * (random() + random() + random() - 1.5) * 2);
  return { left: noisy(pcm.left), right: noisy(pcm.right) };
};

const recorded = (...parts: readonly StereoPcm[]): StereoPcm =>
  joinPcm([silentPcm(4801), ...parts, silentPcm(9600)]);

const faultsOf = (captured: StereoPcm): string[] => joinFaults(hearJoins(captured, pieces));

const played = coded(whole);

describe('A recording of joined tracks', () => {
  it('is faultless where they were joined to the sample', () => {
    const heard = hearJoins(recorded(played), pieces);
    expect(joinFaults(heard)).toEqual([]);
    expect(heard).toMatchObject({ beginFrame: 0, endFrame: position });
    expect(heard.joins.map(({ to }) => to)).toEqual(['piece 2', 'piece 3', 'piece 4']);
    for (const { withinDb } of heard.joins) expect(withinDb).toBeLessThan(-30);
  });

  it('may begin within the first track and end within the last', () => {
    const heard = hearJoins(recorded(slicePcm(played, 12_345, 200_001)), pieces);
    expect(joinFaults(heard)).toEqual([]);
    expect(heard).toMatchObject({ beginFrame: 12_345, endFrame: 200_001 });
    expect(heard.joins).toHaveLength(3);
  });

  it.each([1, 2, 137, 960, 9600])('shows that %i frames were left out at a join', (frames) => {
    const heard = hearJoins(
      recorded(slicePcm(played, 0, JOIN), slicePcm(played, JOIN + frames)),
      pieces,
    );
    expect(heard.slips.map((slip) => slip.frames)).toEqual([frames]);
    expect(Math.abs((heard.slips[0]?.atFrame ?? 0) - JOIN)).toBeLessThan(1920);
  });

  it.each([1, 960, 14_400])('shows that %i frames were heard twice at a join', (frames) => {
    const heard = hearJoins(
      recorded(slicePcm(played, 0, JOIN), slicePcm(played, JOIN - frames)),
      pieces,
    );
    expect(heard.slips.map((slip) => slip.frames)).toEqual([-frames]);
  });

  it('shows a slip in the middle of a track, too', () => {
    const heard = hearJoins(
      recorded(slicePcm(played, 0, 30_000), slicePcm(played, 30_001)),
      pieces,
    );
    expect(heard.slips).toMatchObject([{ frames: 1 }]);
  });

  it('shows a hole in which time stands still, and one in which it does not', () => {
    const still = recorded(slicePcm(played, 0, JOIN), silentPcm(240), slicePcm(played, JOIN));
    expect(faultsOf(still)).toContain('a hole of 240 frames at 1.2529 s');
    const muted = recorded(slicePcm(played, 0, JOIN), silentPcm(96), slicePcm(played, JOIN + 96));
    expect(faultsOf(muted)).toContain('a hole of 96 frames at 1.2529 s');
  });

  it.each([
    ['far from the joins, in which time stands still', 30_000, 30_000, true],
    ['at a join', JOIN, JOIN, false],
    ['in which time does not stand still', 30_000, 34_800, false],
  ])('forgives a starved device a hole %s', (_, until, from, isForgiven) => {
    const parts = [slicePcm(played, 0, until), silentPcm(4800), slicePcm(played, from)] as const;
    const heard = hearJoins(recorded(...parts), pieces);
    expect(joinFaults(heard)).not.toEqual([]);
    expect(joinFaults(withoutStarvation(heard)).length === 0).toBe(isForgiven);
  });

  it.each([
    ['first', 0],
    ['second', 120],
  ])('shows an error in the %s 2.5 ms behind a join', (_, offset) => {
    const bad = coded(whole, -14);
    const captured = recorded(
      slicePcm(played, 0, JOIN + offset),
      slicePcm(bad, JOIN + offset, JOIN + offset + 120),
      slicePcm(played, JOIN + offset + 120),
    );
    expect(faultsOf(captured)).toEqual([expect.stringMatching(/^join to piece 2 at 1\.2529 s/)]);
  });

  it('shows sound that belongs to no track', () => {
    const other = makeSound(48_000, 4800, 99).channels.map((samples) => Float32Array.from(samples));
    const captured = recorded(
      slicePcm(played, 0, 30_000),
      { left: other[0] ?? left, right: other[1] ?? right },
      slicePcm(played, 34_800),
    );
    expect(faultsOf(captured)).toContainEqual(
      expect.stringMatching(/^\d+ frames of strange sound at 0\.6/),
    );
  });

  it('that holds nothing of the tracks is no recording of them', () => {
    const other = makeSound(48_000, 96_000, 99).channels.map((samples) =>
      Float32Array.from(samples),
    );
    const captured = { left: other[0] ?? left, right: other[1] ?? right };
    expect(() => hearJoins(captured, pieces)).toThrow('nothing of the tracks is heard');
  });
});
