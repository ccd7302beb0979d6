/** Shuffle and repeat. */
import type { ReactElement } from 'react';
import type { Player } from '../player/player';
import { REPEATS, type QueueSnapshot, type Repeat } from '../player/queue-types';
import { Icon } from './Icon';

type Props = { readonly player: Player; readonly queue: QueueSnapshot };

const REPEAT_LABELS: Readonly<Record<Repeat, string>> = {
  off: 'Repeat',
  all: 'Repeat: all',
  one: 'Repeat: this track',
};

export const pressShuffle = (player: Player): void =>
  player.setShuffle(!player.getSnapshot().queue.shuffle);

/** Off, all, this one, and off again. */
export const pressRepeat = (player: Player): void => {
  const at = REPEATS.indexOf(player.getSnapshot().queue.repeat);
  player.setRepeat(REPEATS[(at + 1) % REPEATS.length] ?? 'off');
};

export const ShuffleButton = ({ player, queue: { shuffle } }: Props): ReactElement => (
  <button
    type="button"
    className="round mode"
    aria-label="Shuffle"
    aria-pressed={shuffle}
    title="Shuffle (S)"
    onClick={() => pressShuffle(player)}
  >
    <Icon name="shuffle" />
  </button>
);

export const RepeatButton = ({ player, queue: { repeat } }: Props): ReactElement => (
  <button
    type="button"
    className="round mode"
    aria-label={REPEAT_LABELS[repeat]}
    aria-pressed={repeat !== 'off'}
    title="Repeat (R)"
    onClick={() => pressRepeat(player)}
  >
    <Icon name={repeat === 'one' ? 'repeat-one' : 'repeat'} />
  </button>
);
