/** How an enhanced file is called. Pure. */

/** What some system does not take in a name, or what makes one look like another. */
const UNFIT = /[\p{Cc}\u202a-\u202e\u2066-\u2069<>:"/\\|?*]+/gu;
const LENGTH_MAX = 120;

/** `Artist - Title.webm`, of what is known. */
export const fileName = ({
  artist,
  title,
}: {
  readonly artist: string | null;
  readonly title: string | null;
}): string => {
  const known = [artist ?? '', title ?? ''].filter((text) => text.trim() !== '');
  const name = known.join(' - ').replace(UNFIT, ' ').replace(/\s+/g, ' ').trim();
  // By whole characters: half of one is none.
  const cut = Array.from(name)
    .slice(0, LENGTH_MAX)
    .join('')
    .replace(/[. ]+$/, '');
  return `${cut === '' ? 'Enhanced track' : cut}.webm`;
};
