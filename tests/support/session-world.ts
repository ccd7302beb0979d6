/**
 * The circumstances of a simulated session, from a seed: tracks, machine, link, browser. Anything
 * goes that a browser and a worker may do; what is drawn is told in words.
 */
import type { BufferLimits } from '../../web/src/player/limits';
import { BUFFER_LIMITS } from '../../web/src/player/limits';
import type { JoinMode } from '../../web/src/player/join-mode';
import type { PlayerTrack } from '../../web/src/player/player-types';
import type { FakeSourceBuffer } from './fake-media';
import { createWorld, makeTrack, type World } from './player-world';
import { seededRandom } from './random';

export const CLUSTER_BYTES = 12_000;
const BYTES_PER_SECOND = CLUSTER_BYTES * 2;

export type Dice = {
  /** In [0, 1). */
  readonly draw: () => number;
  readonly chance: (probability: number) => boolean;
  readonly between: (low: number, high: number) => number;
  readonly pick: <T>(choices: readonly T[]) => T;
};

export const diceOf = (seed: number): Dice => {
  const draw = seededRandom(seed);
  return {
    draw,
    chance: (probability) => draw() < probability,
    between: (low, high) => low + draw() * (high - low),
    pick: (choices) => {
      const choice = choices[Math.floor(draw() * choices.length)];
      if (choice === undefined) throw new Error('nothing to pick');
      return choice;
    },
  };
};

export type SessionWorld = {
  readonly world: World;
  readonly tracks: readonly PlayerTrack[];
  /** Of a track, by its address: what its headers say, and what is there. */
  readonly saidSeconds: (url: string) => number;
  readonly thereSeconds: (url: string) => number;
  readonly limits: BufferLimits;
  /** The longest that a cluster takes; one of 0.5 s. */
  readonly slowestMs: number;
  /** While true, messages take their time and the link stalls. */
  readonly trouble: { isOn: boolean };
  readonly joins: JoinMode;
  readonly words: string;
};

const frames = (seconds: number): number => Math.round(seconds * 48_000) / 48_000;

const drawSeconds = (dice: Dice): number => {
  const kind = dice.draw();
  if (kind < 0.15) return frames(dice.between(0.05, 1.5));
  return frames(kind < 0.85 ? dice.between(1.5, 9) : dice.between(9, 40));
};

const drawLimits = (dice: Dice): BufferLimits => {
  if (dice.chance(0.2)) return BUFFER_LIMITS;
  const aheadSeconds = dice.between(6, 12);
  const aheadPausedSeconds = dice.between(3, aheadSeconds);
  return { aheadSeconds, aheadPausedSeconds, behindSeconds: dice.between(2, 8) };
};

const drawTracks = (dice: Dice) => {
  const count = 2 + Math.floor(dice.draw() * 6);
  const tracks = [...'abcdefgh'.slice(0, count)].map(makeTrack);
  const said = new Map(tracks.map(({ url }) => [url, drawSeconds(dice)]));
  const there = new Map(
    [...said].map(([url, seconds]) => [
      url,
      dice.chance(0.12) ? frames(seconds * dice.between(0.2, 0.95)) : seconds,
    ]),
  );
  return {
    tracks,
    saidSeconds: (url: string): number => said.get(url) ?? 0,
    thereSeconds: (url: string): number => there.get(url) ?? 0,
  };
};

export const createSessionWorld = (
  seed: number,
  dice: Dice,
  onBuffer: (buffer: FakeSourceBuffer) => void,
): SessionWorld => {
  const { tracks, saidSeconds, thereSeconds } = drawTracks(dice);
  const limits = drawLimits(dice);
  const speed = dice.draw();
  const costMs = speed < 0.6 ? dice.between(3, 60) : dice.between(60, speed < 0.9 ? 300 : 650);
  const latencyMs = dice.chance(0.7) ? dice.between(0, 15) : dice.between(15, 150);
  const mediaMs = dice.between(1, 12);
  const joins = dice.pick<JoinMode>(['lead', 'lead', 'lead', 'carry', 'none']);
  const joinTestMs = dice.chance(0.5) ? 0 : dice.between(1, 600);
  const isSlowLink = dice.chance(0.2);
  const hasPlan = isSlowLink || dice.chance(0.5);
  const quotaBytes = dice.chance(0.3) ? dice.between(6, 25) * BYTES_PER_SECOND : 9_000_000;
  const openMs = dice.chance(0.5) ? 2 : dice.between(2, 400);
  const trouble = { isOn: true };
  let operations = 0;
  const world = createWorld({
    durationSeconds: saidSeconds,
    actualSeconds: thereSeconds,
    latencyMs: () => {
      const spike = trouble.isOn && dice.chance(0.03) ? dice.between(50, 900) : 0;
      return latencyMs * (0.5 + dice.draw()) + spike;
    },
    clusterMs: () => costMs * (0.5 + dice.draw()),
    // The first operation is the opening.
    mediaLatencyMs: () => ((operations += 1) === 1 ? openMs : mediaMs * (0.2 + dice.draw())),
    clusterBytes: CLUSTER_BYTES,
    joins,
    joinTestMs,
    limits,
    isSlowLink,
    measureMs: dice.between(20, 1500),
    ...(hasPlan ? { loudnessLufs: (url: string) => -(url.charCodeAt(url.length - 1) % 20) } : {}),
    shuffleSeed: seed,
    onBuffer: (buffer) => {
      buffer.quotaBytes = quotaBytes;
      onBuffer(buffer);
    },
  });
  const lengths = tracks.map(({ id, url }) =>
    [id, saidSeconds(url).toFixed(3), thereSeconds(url) < saidSeconds(url) ? '(cut)' : ''].join(
      ' ',
    ),
  );
  const words = [
    `tracks ${lengths.join(', ')}`,
    `joins ${joins}, known after ${joinTestMs.toFixed()} ms`,
    `cluster ${costMs.toFixed()} ms, latency ${latencyMs.toFixed()} ms`,
    `opening ${openMs.toFixed()} ms`,
    `ahead ${limits.aheadSeconds.toFixed(1)} s, paused ${limits.aheadPausedSeconds.toFixed(1)} s`,
    `quota ${(quotaBytes / BYTES_PER_SECOND).toFixed()} s${isSlowLink ? ', slow link' : ''}`,
  ].join('; ');
  const slowestMs = costMs * 1.5;
  return { world, tracks, saidSeconds, thereSeconds, limits, slowestMs, trouble, joins, words };
};
