/** The bar at the bottom: what plays, the transport, the seek bar, the volume, the enhancement. */
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import type { Player } from '../player/player';
import type { PlayerSnapshot, PlayerState } from '../player/player-types';
import { Artwork } from './Artwork';
import { EnhancementPanel } from './EnhancementPanel';
import { joinFacts } from './format';
import { HeartButton } from './HeartButton';
import { Icon } from './Icon';
import { Notice } from './Notice';
import { RepeatButton, ShuffleButton } from './PlayModes';
import { PLAYER_BAR_ID } from './player-bar-id';
import { QUEUE_PANEL_ID } from './queue-panel-id';
import { SeekSlider } from './SeekSlider';

const STATE_TEXTS: Readonly<Record<PlayerState, string>> = {
  idle: '',
  loading: 'Loading…',
  playing: 'Playing',
  paused: 'Paused',
  buffering: 'Buffering…',
  ended: 'Ended',
  blocked: 'Waiting for a click',
  error: 'Stopped',
};

type Props = { readonly player: Player; readonly snapshot: PlayerSnapshot };

const NowPlaying = ({ snapshot }: { readonly snapshot: PlayerSnapshot }): ReactElement => {
  const { track, state } = snapshot;
  if (!track) {
    return <div className="now-playing empty">Choose a track to begin.</div>;
  }
  const about = joinFacts([track.artist, track.album]);
  return (
    <div className="now-playing">
      <Artwork track={track} size="large" />
      <div className="now-playing-text">
        <div className="now-playing-title" data-testid="now-playing">
          {track.albumId === null ? (
            track.title
          ) : (
            <Link href={`/albums/${track.albumId}`} title="Show the album">
              {track.title}
            </Link>
          )}
        </div>
        <div className="now-playing-about">{about}</div>
        <div className={`state state-${state}`} role="status" data-testid="state">
          {STATE_TEXTS[state]}
        </div>
      </div>
      <HeartButton track={track} />
    </div>
  );
};

const Transport = ({ player, snapshot }: Props): ReactElement => {
  const { state, track, hasNext } = snapshot;
  const isActive = state === 'playing' || state === 'buffering' || state === 'loading';
  const isWaiting = state === 'buffering' || state === 'loading';
  return (
    <div className="transport">
      <ShuffleButton player={player} queue={snapshot.queue} />
      <button
        type="button"
        className="round"
        aria-label="Previous"
        disabled={!track}
        onClick={() => player.previous()}
      >
        <Icon name="previous" />
      </button>
      <button
        type="button"
        className={`round round-main${isWaiting ? ' waiting' : ''}`}
        aria-label={isActive ? 'Pause' : 'Play'}
        disabled={!track}
        onClick={() => player.toggle()}
      >
        <Icon name={isActive ? 'pause' : 'play'} />
      </button>
      <button
        type="button"
        className="round"
        aria-label="Next"
        disabled={!hasNext}
        onClick={() => player.next()}
      >
        <Icon name="next" />
      </button>
      <RepeatButton player={player} queue={snapshot.queue} />
    </div>
  );
};

const Volume = ({ player, snapshot: { volume, muted } }: Props): ReactElement => {
  const percent = muted ? 0 : Math.round(volume * 100);
  return (
    <div className="volume">
      <button
        type="button"
        className="round"
        aria-label={muted ? 'Unmute' : 'Mute'}
        aria-pressed={muted}
        onClick={() => player.setMuted(!muted)}
      >
        <Icon name={percent === 0 ? 'muted' : 'volume'} />
      </button>
      <input
        type="range"
        min={0}
        max={100}
        value={percent}
        aria-label="Volume"
        aria-valuetext={`${percent} percent`}
        style={{ '--fill': `${percent}%` } as React.CSSProperties}
        onChange={(event) => player.setVolume(Number(event.target.value) / 100)}
      />
    </div>
  );
};

type BarProps = Props & {
  readonly isQueueOpen: boolean;
  readonly onQueue: () => void;
};

export const PlayerBar = ({ player, snapshot, isQueueOpen, onQueue }: BarProps): ReactElement => {
  const [isPanelOpen, setPanelOpen] = useState(false);
  const panel = useRef<HTMLDivElement>(null);
  // In a low window the page scrolls.
  useEffect(() => {
    if (isPanelOpen) panel.current?.scrollIntoView({ block: 'nearest' });
  }, [isPanelOpen]);
  return (
    <section className="player-bar" id={PLAYER_BAR_ID} aria-label="Player" tabIndex={-1}>
      <Notice player={player} snapshot={snapshot} />
      <div className="player-main">
        <NowPlaying snapshot={snapshot} />
        <div className="player-center">
          <Transport player={player} snapshot={snapshot} />
          <SeekSlider player={player} durationSeconds={snapshot.durationSeconds} />
        </div>
        <div className="player-side">
          <Volume player={player} snapshot={snapshot} />
          <button
            type="button"
            className={`round queue-button${isQueueOpen ? ' open' : ''}`}
            aria-label="Queue"
            aria-expanded={isQueueOpen}
            aria-controls={isQueueOpen ? QUEUE_PANEL_ID : undefined}
            title="Queue (Q)"
            onClick={onQueue}
          >
            <Icon name="queue" />
          </button>
          <button
            type="button"
            className="round panel-button"
            aria-label="Sound settings"
            aria-expanded={isPanelOpen}
            onClick={() => setPanelOpen(!isPanelOpen)}
          >
            <Icon name="tune" />
          </button>
        </div>
      </div>
      <div className={`panel${isPanelOpen ? ' open' : ''}`} ref={panel}>
        <EnhancementPanel player={player} snapshot={snapshot} />
      </div>
    </section>
  );
};
