/**
 * One track of a list that is put in order by hand. Renders again only when something in it is
 * another one.
 */
import { memo, type KeyboardEvent, type PointerEvent, type ReactElement } from 'react';
import { Artwork } from './Artwork';
import { formatDuration } from './format';
import { HeartButton } from './HeartButton';
import { Icon } from './Icon';
import { PlayingMarker } from './PlayingMarker';
import { TrackNames } from './TrackNames';
import { reachLabel, useReach, type Reach } from './use-reach';
import type { RowItem } from './use-row-edits';

/** The parts of a row that can have the focus. */
export type RowPart = 'handle' | 'play' | 'remove' | 'heart';

/** Have to stay the same functions: all rows are given them. */
export type RowActions = {
  readonly onPlay: (key: number) => void;
  readonly onRemove: (key: number, part: RowPart) => void;
  readonly onKeyDown: (event: KeyboardEvent, key: number, part: RowPart) => void;
  readonly onPointerDown: (event: PointerEvent, key: number) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: (event: PointerEvent) => void;
  readonly onPointerCancel: () => void;
};

type Props = {
  readonly item: RowItem;
  /** Why it cannot be played; null: it can. */
  readonly missing: string | null;
  readonly isCurrent: boolean;
  /** Never of a row that is not the current one. */
  readonly isPlaying: boolean;
  /** false: it stays where it is; null: so do all. */
  readonly canMove: boolean | null;
  /** As `canMove`. */
  readonly canRemove: boolean | null;
  readonly hasHeart: boolean;
  /** The row is in its list for as long as its heart is set. */
  readonly isByHeart: boolean;
  /** What it is removed from, in words. */
  readonly from: string;
  /** Id of the element that tells how a row is moved. */
  readonly hintId: string;
  readonly actions: RowActions;
};

type Named = Pick<Props, 'item' | 'missing' | 'isCurrent'>;

const playLabel = ({ item: { track }, missing, isCurrent }: Named, reach: Reach): string => {
  const name = `${track.title}${track.artist === '' ? '' : ` by ${track.artist}`}`;
  const state = missing === null ? reachLabel(reach) : `, ${missing.toLowerCase()}`;
  return `${isCurrent ? 'Current track' : 'Play'}: ${name}${state}`;
};

const Handle = ({ item: { key, track }, canMove, hintId, actions }: Props): ReactElement => (
  <button
    type="button"
    className="queue-handle"
    data-part="handle"
    aria-label={`Move ${track.title}`}
    aria-describedby={hintId}
    disabled={canMove !== true}
    onKeyDown={(event) => actions.onKeyDown(event, key, 'handle')}
    onPointerDown={(event) => actions.onPointerDown(event, key)}
    onPointerMove={actions.onPointerMove}
    onPointerUp={actions.onPointerUp}
    onPointerCancel={actions.onPointerCancel}
  >
    <Icon name="handle" />
  </button>
);

const Remove = ({ item: { key, track }, canRemove, from, actions }: Props): ReactElement => (
  <button
    type="button"
    className="round queue-remove"
    data-part="remove"
    aria-label={`Remove ${track.title} from ${from}`}
    title="Remove (Delete)"
    disabled={canRemove !== true}
    onClick={() => actions.onRemove(key, 'remove')}
    onKeyDown={(event) => actions.onKeyDown(event, key, 'remove')}
  >
    <Icon name="close" />
  </button>
);

export const MovableRow = memo((props: Props): ReactElement => {
  const { item, missing, isCurrent, isPlaying, canMove, canRemove, actions } = props;
  const { hasHeart, isByHeart } = props;
  const { key, track } = item;
  const reach = useReach(track.url);
  const kind = `${isCurrent ? ' current' : ''}${missing === null ? '' : ' gone'}`;
  return (
    <div className={`queue-row${kind}${reach === 'out' ? ' away' : ''}`}>
      {canMove !== null && <Handle {...props} />}
      <span className="queue-item">
        <button
          type="button"
          className="queue-play"
          data-part="play"
          data-track-id={track.id}
          aria-label={playLabel(props, reach)}
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
          <TrackNames title={track.title} artist={track.artist} missing={missing} reach={reach} />
          <span className="row-duration">{formatDuration(track.durationSeconds)}</span>
        </span>
      </span>
      {hasHeart && (
        <HeartButton
          track={track}
          onRemove={isByHeart ? () => actions.onRemove(key, 'heart') : null}
        />
      )}
      {canRemove !== null && <Remove {...props} />}
    </div>
  );
});
MovableRow.displayName = 'MovableRow';
