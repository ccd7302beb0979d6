/** What a listener may do, at any moment, drawn by dice. */
import { PRESETS } from '../../web/src/engine/engine-protocol';
import type { Player } from '../../web/src/player/player';
import type { PlayerTrack } from '../../web/src/player/player-types';
import type { Dice } from './session-world';

export type Wish = {
  readonly words: string;
  readonly act: () => void;
  /** Where in a track the playhead may jump because of it; null: it may not. */
  readonly targets: readonly number[] | null;
};

type Draw = (dice: Dice, player: Player, tracks: readonly PlayerTrack[]) => Wish;

const START = [0];

const seek: Draw = (dice, player) => {
  const { durationSeconds } = player.getSnapshot();
  const where = dice.draw();
  const target =
    where < 0.5
      ? dice.between(0, durationSeconds)
      : where < 0.7
        ? durationSeconds - dice.between(0, 1.5)
        : where < 0.85
          ? player.positionSeconds + dice.between(-3, 3)
          : dice.pick([0, -5, durationSeconds + 3, 0.01]);
  return {
    words: `seek ${target.toFixed(3)} of ${durationSeconds.toFixed(2)}`,
    act: () => player.seek(target),
    targets: [Math.max(0, target)],
  };
};

const some = (dice: Dice, tracks: readonly PlayerTrack[]): readonly PlayerTrack[] =>
  tracks.filter(() => dice.chance(0.4));

const names = (tracks: readonly PlayerTrack[]): string => tracks.map(({ id }) => id).join('');

/** Goes on from where it stands, or stood when an error came. */
const play: Draw = (_dice, player) => ({
  words: 'play',
  act: () => player.play(),
  targets: [player.positionSeconds, 0],
});

const pause: Draw = (_dice, player) => ({
  words: 'pause',
  act: () => player.pause(),
  targets: null,
});

const PLAYING: readonly Draw[] = [
  seek,
  seek,
  seek,
  play,
  pause,
  (_dice, player) => ({
    words: 'toggle',
    act: () => player.toggle(),
    targets: [player.positionSeconds, 0],
  }),
  (_dice, player) => ({ words: 'next', act: () => player.next(), targets: START }),
  (_dice, player) => ({ words: 'next', act: () => player.next(), targets: START }),
  (_dice, player) => ({ words: 'previous', act: () => player.previous(), targets: START }),
  (_dice, player) => ({
    words: 'retry',
    act: () => player.retry(),
    targets: [player.positionSeconds, 0],
  }),
];

const SETTINGS: readonly Draw[] = [
  (dice, player) => {
    const preset = dice.pick(PRESETS);
    return { words: preset, act: () => player.setSettings({ preset }), targets: null };
  },
  (dice, player) => {
    const intensity = Math.round(dice.draw() * 100) / 100;
    return {
      words: `intensity ${intensity}`,
      act: () => player.setSettings({ intensity }),
      targets: null,
    };
  },
  (dice, player) => {
    const enhanced = dice.chance(0.5);
    return {
      words: enhanced ? 'enhanced' : 'not enhanced',
      act: () => player.setSettings({ enhanced }),
      targets: null,
    };
  },
  (dice, player) => {
    const compare = dice.pick(['off', 'original'] as const);
    return {
      words: `compare ${compare}`,
      act: () => player.setSettings({ compare }),
      targets: null,
    };
  },
  (dice, player) => {
    const level = dice.pick(['track', 'album'] as const);
    return { words: `level ${level}`, act: () => player.setSettings({ level }), targets: null };
  },
];

const QUEUE: readonly Draw[] = [
  (dice, player, tracks) => {
    const index = Math.floor(dice.draw() * tracks.length);
    return {
      words: `play now ${names(tracks)} from ${index}`,
      act: () => player.playNow(tracks, index),
      targets: START,
    };
  },
  (dice, player) => {
    const { items } = player.getSnapshot().queue;
    const item = items.length > 0 ? dice.pick(items) : null;
    return {
      words: `jump to ${item?.track.id ?? 'nothing'}`,
      act: () => item && player.jumpTo(item.key),
      targets: START,
    };
  },
  (dice, player, tracks) => {
    const list = some(dice, tracks);
    // What stands in the queue when nothing was chosen yet is shown at its start.
    return { words: `play next ${names(list)}`, act: () => player.playNext(list), targets: START };
  },
  (dice, player, tracks) => {
    const list = some(dice, tracks);
    return { words: `enqueue ${names(list)}`, act: () => player.enqueue(list), targets: START };
  },
  (dice, player) => {
    const { items } = player.getSnapshot().queue;
    const item = items.length > 0 ? dice.pick(items) : null;
    return {
      words: `remove ${item?.track.id ?? 'nothing'}`,
      act: () => item && player.removeFromQueue(item.key),
      targets: null,
    };
  },
  (dice, player) => {
    const { items } = player.getSnapshot().queue;
    const item = items.length > 0 ? dice.pick(items) : null;
    const toIndex = Math.floor(dice.draw() * Math.max(1, items.length));
    return {
      words: `move ${item?.track.id ?? 'nothing'} to ${toIndex}`,
      act: () => item && player.moveInQueue(item.key, toIndex),
      targets: null,
    };
  },
  (_dice, player) => ({ words: 'clear', act: () => player.clearQueue(), targets: null }),
  (dice, player) => {
    const shuffle = dice.chance(0.5);
    return { words: `shuffle ${shuffle}`, act: () => player.setShuffle(shuffle), targets: null };
  },
  (dice, player) => {
    const repeat = dice.pick(['off', 'all', 'one'] as const);
    return { words: `repeat ${repeat}`, act: () => player.setRepeat(repeat), targets: null };
  },
];

const HINTS: readonly Draw[] = [
  (dice, player, tracks) => {
    const track = dice.chance(0.7) ? dice.pick(tracks) : null;
    return {
      words: `hint ${track?.id ?? 'over'}`,
      act: () => player.prepare(track),
      targets: null,
    };
  },
  (dice, player, tracks) => {
    const track = dice.pick(tracks);
    return {
      words: `load ${track.id} and play`,
      act: () => {
        player.load(track);
        player.play();
      },
      targets: START,
    };
  },
];

export const drawWish: Draw = (dice, player, tracks) => {
  const kind = dice.draw();
  const draws = kind < 0.5 ? PLAYING : kind < 0.68 ? SETTINGS : kind < 0.85 ? QUEUE : HINTS;
  return dice.pick(draws)(dice, player, tracks);
};

export const drawPlay = play;
export const drawPause = pause;
