/** How an enhanced file is called. Pure. */

/** What some system does not take in a name. */
const UNFIT = /[\p{Cc}<>:"/\\|?*]+/gu;
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
  const cut = [...name]
    .slice(0, LENGTH_MAX)
    .join('')
    .replace(/[. ]+$/, '');
  return `${cut === '' ? 'Enhanced track' : cut}.webm`;
};
