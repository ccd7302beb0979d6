/** Shows the track on lock screens and obeys media keys (W3C Media Session). */
import type { Player } from '../player/player';

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
  const show = (): void => showTrack(session, player);
  const unsubscribe = player.subscribe(show);
  show();
  return () => {
    unsubscribe();
    for (const [name] of handlers) setHandler(name, null);
    session.metadata = null;
  };
};

const showTrack = (session: MediaSession, player: Player): void => {
  const { track, state, durationSeconds } = player.getSnapshot();
  const isShown =
    session.metadata?.title === track?.title && session.metadata?.artist === track?.artist;
  if (track && !isShown) {
    session.metadata = new MediaMetadata({
      title: track.title,
      artist: track.artist,
      album: track.album,
      artwork: track.artworkUrl === null ? [] : [{ src: track.artworkUrl }],
    });
  }
  const isActive = state === 'playing' || state === 'buffering' || state === 'loading';
  session.playbackState = track === null ? 'none' : isActive ? 'playing' : 'paused';
  const position = player.positionSeconds;
  if (durationSeconds > 0 && position <= durationSeconds) {
    session.setPositionState({ duration: durationSeconds, position, playbackRate: 1 });
  }
};
