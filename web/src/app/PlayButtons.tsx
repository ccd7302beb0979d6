/** What can be done with all of a list: play it, play it shuffled, queue it, keep it. */
import type { MouseEvent, ReactElement } from 'react';
import type { PlayerTrack } from '../player/player-types';
import { Icon, type IconName } from './Icon';
import { PAGE_SIZE } from './item-pages';
import { KeepButton } from './KeepButton';
import type { TrackItems } from './library-data';
import { usePage } from './page-context';
import { useFirstItems } from './use-library';
import { useListsDoor } from './use-lists';

type ButtonsProps = {
  /** In words: an album is queued as one. */
  readonly name: string;
  readonly isReady: boolean;
  readonly onPlay: () => void;
  readonly onShuffle: () => void;
  /** All of it; null: it is too long to be queued as a whole. */
  readonly tracks: readonly PlayerTrack[] | null;
  /** All that can be kept on the device; null: it is too much. */
  readonly keepable: readonly PlayerTrack[] | null;
};

type ButtonProps = Pick<ButtonsProps, 'isReady'> & {
  readonly icon: IconName;
  readonly words: string;
  /** `extra`: on a phone its icon says enough. */
  readonly kind: 'button-main' | 'button' | 'button extra';
  readonly onClick: () => void;
};

const Button = ({ icon, words, kind, isReady, onClick }: ButtonProps): ReactElement => (
  <button type="button" className={kind} title={words} disabled={!isReady} onClick={onClick}>
    <Icon name={icon} />
    <span>{words}</span>
  </button>
);

export const ListButtons = (props: ButtonsProps): ReactElement => {
  const { name, isReady, onPlay, onShuffle, tracks, keepable } = props;
  const { player, scroller, say } = usePage();
  const door = useListsDoor();
  // The space bar is for the player then, where it would press the button again.
  const keepFocus = (event: MouseEvent): void => {
    event.preventDefault();
    scroller.current?.focus({ preventScroll: true });
  };
  return (
    <div className="play-buttons" onMouseDown={keepFocus}>
      <Button icon="play" words="Play all" kind="button-main" isReady={isReady} onClick={onPlay} />
      <Button
        icon="shuffle"
        words="Shuffle all"
        kind="button"
        isReady={isReady}
        onClick={onShuffle}
      />
      {tracks && (
        <>
          <Button
            icon="play-next"
            words="Play next"
            kind="button extra"
            isReady={isReady}
            onClick={() => {
              player.playNext(tracks);
              say(`“${name}” plays next.`);
            }}
          />
          <Button
            icon="add"
            words="Add to the queue"
            kind="button extra"
            isReady={isReady}
            onClick={() => {
              player.enqueue(tracks);
              say(`“${name}” was added to the queue.`);
            }}
          />
          {door && (
            <Button
              icon="playlist"
              words="Add to a playlist"
              kind="button extra"
              isReady={isReady}
              onClick={() => door.ask({ tracks, name, isRow: false })}
            />
          )}
        </>
      )}
      {isReady && keepable && <KeepButton tracks={keepable} name={name} say={say} />}
    </div>
  );
};

type Props = {
  readonly list: TrackItems;
  readonly name: string;
  /** It is short enough to be queued as a whole. */
  readonly canQueue: boolean;
};

export const PlayButtons = ({ list, name, canQueue }: Props): ReactElement => {
  const { listPlayer } = usePage();
  const total = useFirstItems(list).total ?? 0;
  const isShort = total <= PAGE_SIZE;
  const tracks = canQueue || isShort ? list.itemsHere(total) : [];
  return (
    <ListButtons
      name={name}
      isReady={list.at(0) !== undefined}
      onPlay={() => listPlayer.play(list, 0)}
      onShuffle={() => listPlayer.playShuffled(list)}
      tracks={canQueue ? tracks : null}
      keepable={isShort ? tracks : null}
    />
  );
};
