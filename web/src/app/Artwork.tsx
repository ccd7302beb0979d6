/** The cover, or a note on a tint of its own where the track has none (or it does not load). */
import { useState, type ReactElement } from 'react';
import { Icon } from './Icon';

/** What a cover is shown of: a track, or an album. */
type Covered = {
  readonly album: string;
  readonly title: string;
  readonly artworkUrl: string | null;
};

/** The same album always gets the same tint. */
const hueOf = (track: Covered): number => {
  let hash = 7;
  for (const letter of track.album || track.title) {
    hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 360;
  }
  return hash;
};

type Props = { readonly track: Covered; readonly size: 'small' | 'large' | 'whole' };

export const Artwork = ({ track, size }: Props): ReactElement => {
  const [failedUrl, setFailedUrl] = useState<string | null>(null);
  const { artworkUrl } = track;
  const hue = hueOf(track);
  const tint = `linear-gradient(135deg, hsl(${hue} 42% 46%), hsl(${(hue + 40) % 360} 46% 30%))`;
  return (
    <span className={`artwork artwork-${size}`} style={{ background: tint }}>
      {artworkUrl !== null && artworkUrl !== failedUrl ? (
        <img src={artworkUrl} alt="" loading="lazy" onError={() => setFailedUrl(artworkUrl)} />
      ) : (
        <Icon name="note" />
      )}
    </span>
  );
};
