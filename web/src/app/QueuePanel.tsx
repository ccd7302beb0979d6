/** The queue: what plays, what comes, what was there; to be seen and changed. */
import {
  useLayoutEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
  type KeyboardEvent,
  type ReactElement,
} from 'react';
import type { Player } from '../player/player';
import type { PlayerSnapshot } from '../player/player-types';
import { isLocalAddress } from '../shared/local-address';
import { Icon } from './Icon';
import { KeepButton } from './KeepButton';
import { QueueList } from './QueueList';
import { QUEUE_PANEL_ID } from './queue-panel-id';
import type { TabTurns } from './tab-turns';
import { useListsDoor } from './use-lists';
import { useToast } from './use-toast';

type Props = {
  readonly player: Player;
  readonly snapshot: PlayerSnapshot;
  readonly tabs: TabTurns;
  readonly onClose: () => unknown;
};

/** Into the panel when it opens, and back to where it was when it closes. */
const useFocusInside = (panel: { readonly current: HTMLElement | null }): void => {
  useLayoutEffect(() => {
    const before = document.activeElement;
    const element = panel.current;
    element?.focus({ preventScroll: true });
    return () => {
      const isInside = element?.contains(document.activeElement) === true;
      if (isInside && before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [panel]);
};

const OtherTabs = ({ tabs }: { readonly tabs: TabTurns }): ReactElement => {
  const letsOthersPlay = useSyncExternalStore(tabs.subscribe, tabs.getLetsOthersPlay);
  return (
    <button
      type="button"
      className="switch"
      role="switch"
      aria-checked={letsOthersPlay}
      onClick={() => tabs.setLetsOthersPlay(!letsOthersPlay)}
    >
      <span className="switch-track">
        <span className="switch-knob" />
      </span>
      Let other tabs keep playing
    </button>
  );
};

const placeWords = ({ items, currentIndex }: PlayerSnapshot['queue']): string => {
  if (items.length === 0) return '';
  const count = items.length.toLocaleString('en');
  return currentIndex < 0 ? count : `${(currentIndex + 1).toLocaleString('en')} of ${count}`;
};

export const QueuePanel = ({ player, snapshot, tabs, onClose }: Props): ReactElement => {
  const { queue, state } = snapshot;
  const panel = useRef<HTMLElement>(null);
  const { items } = queue;
  // Files of the device are there already.
  const tracks = useMemo(
    () => items.map(({ track }) => track).filter(({ url }) => !isLocalAddress(url)),
    [items],
  );
  const [words, say] = useToast();
  const door = useListsDoor();
  useFocusInside(panel);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    onClose();
  };
  return (
    <section
      className="queue-panel"
      id={QUEUE_PANEL_ID}
      role="dialog"
      aria-label="Queue"
      tabIndex={-1}
      ref={panel}
      onKeyDown={onKeyDown}
    >
      <div className="queue-head">
        <h2>Queue</h2>
        <span className="queue-count">{placeWords(queue)}</span>
        <button
          type="button"
          className="chip queue-clear"
          disabled={queue.items.length < 2}
          title="Leaves the current track"
          onClick={() => {
            player.clearQueue();
            say('The queue was cleared.');
            panel.current?.focus({ preventScroll: true });
          }}
        >
          Clear
        </button>
        <button
          type="button"
          className="round"
          aria-label="Close the queue"
          title="Close (Esc)"
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </div>
      {queue.items.length === 0 ? (
        <p className="empty-text queue-empty">
          Nothing is queued. Play a track, or add some from the library.
        </p>
      ) : (
        <QueueList player={player} queue={queue} isPlaying={state === 'playing'} say={say} />
      )}
      <div className="queue-foot">
        <OtherTabs tabs={tabs} />
        {door && items.length > 0 && (
          <button
            type="button"
            className="button"
            aria-haspopup="dialog"
            onClick={() =>
              door.ask({ tracks: items.map(({ track }) => track), name: '', isRow: false })
            }
          >
            <Icon name="playlist" />
            Save as a playlist
          </button>
        )}
        <KeepButton tracks={tracks} name="The queue" say={say} />
      </div>
      <p className="visually-hidden" role="status">
        {words}
      </p>
    </section>
  );
};
