/** Space, arrows and letters, as long as no field or slider wants them itself. */
import { useEffect, type RefObject } from 'react';
import type { Player } from '../player/player';
import { leaveCompare, pressCompare } from './CompareButton';
import { pressRepeat, pressShuffle } from './PlayModes';

const SEEK_STEP_SECONDS = 5;
const VOLUME_STEP = 0.05;

/** A chosen radio button keeps the focus, but needs only these. */
const RADIO_KEYS = [' ', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'];

export type QueuePanelControl = {
  readonly toggle: () => void;
  /** False: it was not open. */
  readonly close: () => boolean;
};

const wantsKey = (target: EventTarget | null, key: string): boolean => {
  if (!(target instanceof Element)) return false;
  if (target.matches('input[type=radio]')) return RADIO_KEYS.includes(key);
  return target.closest('input, select, textarea, [role=slider]') !== null;
};

const act = (player: Player, queuePanel: QueuePanelControl, event: KeyboardEvent): boolean => {
  const isButton = event.target instanceof Element && event.target.closest('button') !== null;
  switch (event.key) {
    case ' ':
      if (isButton) return false; // A focused button is pressed by it.
      player.toggle();
      return true;
    case 'ArrowLeft':
      player.seek(Math.max(0, player.positionSeconds - SEEK_STEP_SECONDS));
      return true;
    case 'ArrowRight':
      player.seek(player.positionSeconds + SEEK_STEP_SECONDS);
      return true;
    case 'ArrowUp':
    case 'ArrowDown': {
      const step = event.key === 'ArrowUp' ? VOLUME_STEP : -VOLUME_STEP;
      player.setVolume(player.getSnapshot().volume + step);
      return true;
    }
    case 'n':
      player.next();
      return true;
    case 'p':
      player.previous();
      return true;
    case 'm':
      player.setMuted(!player.getSnapshot().muted);
      return true;
    case 'e':
      player.setSettings({ enhanced: !player.getSnapshot().settings.enhanced, compare: 'off' });
      return true;
    case 'c':
      pressCompare(player);
      return true;
    case 's':
      pressShuffle(player);
      return true;
    case 'r':
      pressRepeat(player);
      return true;
    case 'q':
      queuePanel.toggle();
      return true;
    case 'Escape':
      return queuePanel.close() || leaveCompare(player);
    default:
      return false;
  }
};

/** `/` goes to `searchField`. */
export const useKeyboard = (
  player: Player,
  queuePanel: QueuePanelControl,
  searchField: RefObject<HTMLInputElement | null>,
): void => {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented) return; // What has the focus has used it.
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (wantsKey(event.target, event.key)) return;
      if (event.key === '/') {
        searchField.current?.focus();
        searchField.current?.select();
        event.preventDefault();
      } else if (act(player, queuePanel, event)) {
        event.preventDefault();
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [player, queuePanel, searchField]);
};
