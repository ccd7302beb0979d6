/** Moving and removing rows of a list, in words and by keys. */
import { useCallback, type KeyboardEvent } from 'react';
import type { PlayerTrack } from '../player/player-types';
import type { RowPart } from './MovableRow';
import { moveTarget, neighbourTarget, type RowOrder } from './row-keys';
import type { RowPlace } from './use-row-focus';

export type RowItem = {
  /** Unique in its list. */
  readonly key: number;
  readonly track: PlayerTrack;
};

export type Rows = RowOrder & { readonly items: readonly RowItem[] };

/** A list that is changed by hand; always the same object. */
export type RowSource = {
  /** As it is now, which may be newer than what is rendered. */
  readonly look: () => Rows;
  readonly play: (key: number) => void;
  /** `to`: where it stands then. */
  readonly move: (key: number, to: number) => void;
  /** `told`: the page says so itself. */
  readonly remove: (key: number) => 'stays' | 'gone' | 'told';
};

/** Always the same functions. */
export type RowEdits = {
  readonly moveTo: (key: number, to: number) => void;
  readonly removeItem: (key: number, part: RowPart) => void;
  readonly onKeyDown: (event: KeyboardEvent, key: number, part: RowPart) => void;
};

/** `say`: what is to be read out. */
export const useRowEdits = (
  source: RowSource,
  say: (words: string) => void,
  wantFocus: (place: RowPlace) => void,
): RowEdits => {
  const moveTo = useCallback(
    (key: number, to: number) => {
      source.move(key, to);
      const { items: moved } = source.look();
      const at = moved.findIndex((item) => item.key === key);
      say(`“${moved[at]?.track.title ?? ''}” is now ${at + 1} of ${moved.length}.`);
    },
    [source, say],
  );
  const removeItem = useCallback(
    (key: number, part: RowPart) => {
      const { items: before } = source.look();
      const index = before.findIndex((item) => item.key === key);
      const outcome = source.remove(key);
      if (outcome === 'stays') return;
      const next = before[index + 1] ?? before[index - 1];
      if (next) wantFocus({ key: next.key, part });
      if (outcome === 'gone') say(`“${before[index]?.track.title ?? ''}” was removed.`);
    },
    [source, say, wantFocus],
  );
  const onKeyDown = useCallback(
    (event: KeyboardEvent, key: number, part: RowPart) => {
      const now = source.look();
      const index = now.items.findIndex((item) => item.key === key);
      const to = moveTarget(event, now, index, part);
      const next = neighbourTarget(event.key, now, index);
      if (to !== null && to !== index) {
        wantFocus({ key, part });
        moveTo(key, to);
      } else if (to === null && event.key === 'Delete') {
        removeItem(key, part);
      } else if (to === null && next !== null) {
        if (next !== key) wantFocus({ key: next, part: 'play' });
      } else if (to === null) {
        return;
      }
      event.preventDefault();
    },
    [source, moveTo, removeItem, wantFocus],
  );
  return { moveTo, removeItem, onKeyDown };
};
