/** One track of the queue. Renders again only when something in it is another one. */
import { memo, type KeyboardEvent, type PointerEvent, type ReactElement } from 'react';
import type { QueueItem } from '../player/queue-types';
import { Artwork } from './Artwork';
import { formatDuration } from './format';
import { Icon } from './Icon';
import { PlayingMarker } from './PlayingMarker';
import { TrackNames } from './TrackNames';
import { reachLabel, useReach, type Reach } from './use-reach';

/** The parts of a row that can have the focus. */
export type RowPart = 'handle' | 'play' | 'remove';

/** Have to stay the same functions: all rows are given them. */
export type QueueRowActions = {
  readonly onPlay: (key: number) => void;
  readonly onRemove: (key: number) => void;
  readonly onKeyDown: (event: KeyboardEvent, key: number, part: RowPart) => void;
  readonly onPointerDown: (event: PointerEvent, key: number) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: (event: PointerEvent) => void;
  readonly onPointerCancel: () => void;
};

type Props = {
  readonly item: QueueItem;
  readonly isCurrent: boolean;
  /** Never of a row that is not the current one. */
  readonly isPlaying: boolean;
  readonly canMove: boolean;
  readonly actions: QueueRowActions;
};

export const HANDLE_HINT_ID = 'queue-handle-hint';

const playLabel = ({ track, isGone }: QueueItem, isCurrent: boolean, reach: Reach): string => {
  const name = `${track.title}${track.artist === '' ? '' : ` by ${track.artist}`}`;
  const state = isGone ? ', no longer in the library' : reachLabel(reach);
  return `${isCurrent ? 'Current track' : 'Play'}: ${name}${state}`;
};

export const QueueRow = memo(
  ({ item, isCurrent, isPlaying, canMove, actions }: Props): ReactElement => {
    const { key, track, isGone } = item;
    const reach = useReach(track.url);
    const kind = `${isCurrent ? ' current' : ''}${isGone ? ' gone' : ''}`;
    return (
      <div className={`queue-row${kind}${reach === 'out' ? ' away' : ''}`}>
        <button
          type="button"
          className="queue-handle"
          data-part="handle"
          aria-label={`Move ${track.title}`}
          aria-describedby={HANDLE_HINT_ID}
          disabled={!canMove}
          onKeyDown={(event) => actions.onKeyDown(event, key, 'handle')}
          onPointerDown={(event) => actions.onPointerDown(event, key)}
          onPointerMove={actions.onPointerMove}
          onPointerUp={actions.onPointerUp}
          onPointerCancel={actions.onPointerCancel}
        >
          <Icon name="handle" />
        </button>
        <span className="queue-item">
          <button
            type="button"
            className="queue-play"
            data-part="play"
            aria-label={playLabel(item, isCurrent, reach)}
            onClick={() => actions.onPlay(key)}
            onKeyDown={(event) => actions.onKeyDown(event, key, 'play')}
          />
          {/* Not in the button, which is all of it: as in TrackRow.tsx. */}
          <span className="queue-content">
            <span className="row-art">
              <Artwork track={track} size="small" />
              {isCurrent && (
                <span className="row-art-cover">
                  <PlayingMarker isPlaying={isPlaying} />
                </span>
              )}
            </span>
            <TrackNames
              title={track.title}
              artist={track.artist}
              missing={isGone ? 'No longer in the library' : null}
              reach={reach}
            />
            <span className="row-duration">{formatDuration(track.durationSeconds)}</span>
          </span>
        </span>
        <button
          type="button"
          className="round queue-remove"
          data-part="remove"
          aria-label={`Remove ${track.title} from the queue`}
          title="Remove (Delete)"
          disabled={isCurrent}
          onClick={() => actions.onRemove(key)}
          onKeyDown={(event) => actions.onKeyDown(event, key, 'remove')}
        >
          <Icon name="close" />
        </button>
      </div>
    );
  },
);
QueueRow.displayName = 'QueueRow';
