/** A track of which nothing but its address and a name is known. Pure. */
import type { PlayerTrack } from '../player/player-types';

export const bareTrack = (url: string, title: string): PlayerTrack => ({
  id: url,
  url,
  title,
  artist: '',
  album: '',
  albumArtist: '',
  albumId: null,
  durationSeconds: 0,
  artworkUrl: null,
});
