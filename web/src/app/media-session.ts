/** Shows the track on lock screens and obeys media keys (W3C Media Session). */
import type { Player } from '../player/player';
import type { PlayerTrack } from '../player/player-types';
import { isKnownDuration } from './format';

const SEEK_STEP_SECONDS = 10;

/** Returns the function that lets go again. */
export const connectMediaSession = (session: MediaSession, player: Player): (() => void) => {
  const seekBy = (deltaSeconds: number): void =>
    player.seek(Math.max(0, player.positionSeconds + deltaSeconds));
  const handlers: readonly [MediaSessionAction, MediaSessionActionHandler][] = [
    ['play', () => player.play()],
    ['pause', () => player.pause()],
    ['nexttrack', () => player.next()],
    ['previoustrack', () => player.previous()],
    ['seekbackward', ({ seekOffset }) => seekBy(-(seekOffset ?? SEEK_STEP_SECONDS))],
    ['seekforward', ({ seekOffset }) => seekBy(seekOffset ?? SEEK_STEP_SECONDS)],
    ['seekto', ({ seekTime }) => player.seek(seekTime ?? player.positionSeconds)],
  ];
  const setHandler = (
    name: MediaSessionAction,
    handler: MediaSessionActionHandler | null,
  ): void => {
    try {
      session.setActionHandler(name, handler);
    } catch {
      // An action that this browser does not know has no key there either.
    }
  };
  for (const [name, handler] of handlers) setHandler(name, handler);
  let shownTrack: PlayerTrack | null = null;
  const show = (): void => {
    const { track } = player.getSnapshot();
    // Not by its title: two recordings of one song have other albums and covers.
    if (track !== shownTrack) session.metadata = track && metadataOf(track);
    shownTrack = track;
    showState(session, player);
  };
  const unsubscribe = [player.subscribe(show), player.on('seek', show)];
  show();
  return () => {
    for (const stop of unsubscribe) stop();
    for (const [name] of handlers) setHandler(name, null);
    session.metadata = null;
  };
};

const metadataOf = ({ title, artist, album, artworkUrl }: PlayerTrack): MediaMetadata =>
  new MediaMetadata({
    title,
    artist,
    album,
    artwork: artworkUrl === null ? [] : [{ src: artworkUrl }],
  });

/** Between two calls the browser lets the position run by itself while the state is `playing`. */
const showState = (session: MediaSession, player: Player): void => {
  const { track, state, durationSeconds } = player.getSnapshot();
  const isActive = state === 'playing' || state === 'buffering' || state === 'loading';
  session.playbackState = track === null ? 'none' : isActive ? 'playing' : 'paused';
  if (track === null || !isKnownDuration(durationSeconds)) {
    // Or the length of the track before would stay.
    session.setPositionState();
    return;
  }
  const position = Math.min(Math.max(0, player.positionSeconds), durationSeconds);
  session.setPositionState({ duration: durationSeconds, position, playbackRate: 1 });
};
