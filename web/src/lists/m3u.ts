/**
 * Lists as files that other players read and write: .m3u and .m3u8. Pure.
 *
 *   #EXTM3U                        the first line of those that have others with #
 *   #PLAYLIST:NAME
 *   #EXTINF:SECONDS,ARTIST - TITLE of the entry in the next line; -1: the length is not known
 *   PATH or URL                    an entry; other lines with # are comments
 *
 * .m3u8 is UTF-8; .m3u may be UTF-8 or Windows-1252, which its bytes tell.
 */
import type { ListTrack } from './list-track';

export type M3uEntry = {
  /** As it stands in its line. */
  readonly location: string;
  /** '' where no #EXTINF tells. */
  readonly title: string;
  readonly artist: string;
  /** null: not told. */
  readonly durationSeconds: number | null;
};

export type M3u = {
  /** '' where it tells none. */
  readonly name: string;
  readonly entries: readonly M3uEntry[];
};

/** As the server reads of one in a music folder. */
export const M3U_BYTES_MAX = 4 * 1024 * 1024;

const decoderOf = ([first, second]: Uint8Array): string => {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
};

/** The text of a list, without a byte order mark. */
export const decodeM3u = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder(decoderOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
};

/** C0 controls that no text has; tags of a stream in pieces (RFC 8216): its lines are no songs. */
const NO_LIST = /[^\P{Cc}\t\n\r\u007f-\u009f]|^\s*#EXT-X-/imu;

/** False: another file that is called like one. Almost any text may be one. */
export const mayBeM3u = (text: string): boolean => !NO_LIST.test(text);

type Hints = Omit<M3uEntry, 'location'>;
const NO_HINTS: Hints = { title: '', artist: '', durationSeconds: null };

/** SECONDS [NAME="VALUE"...],[ARTIST - ]TITLE */
const readHints = (text: string): Hints => {
  const [, seconds = '', names = ''] =
    /^\s*(-?\d+(?:\.\d+)?)?(?:\s+[\w-]+="[^"]*")*\s*,?(.*)$/u.exec(text) ?? [];
  const durationSeconds = Number(seconds) > 0 ? Number(seconds) : null;
  const parts = / - /u.exec(names);
  const artist = parts ? names.slice(0, parts.index).trim() : '';
  const title = (parts ? names.slice(parts.index + parts[0].length) : names).trim();
  return { title, artist, durationSeconds };
};

export const readM3u = (text: string): M3u => {
  const entries: M3uEntry[] = [];
  let name = '';
  let hints = NO_HINTS;
  for (const whole of text.split(/\r\n|\r|\n/u)) {
    const line = whole.trim();
    const [, tag = '', value = ''] = /^#(EXTINF|PLAYLIST):(.*)$/iu.exec(line) ?? [];
    if (tag.toUpperCase() === 'EXTINF') hints = readHints(value);
    else if (tag.toUpperCase() === 'PLAYLIST') name = value.trim();
    else if (line !== '' && !line.startsWith('#')) {
      entries.push({ location: line, ...hints });
      hints = NO_HINTS;
    }
  }
  return { name, entries };
};

/** A line ends where a name would break it. */
const oneLine = (text: string): string => text.replace(/[\r\n]+/gu, ' ').trim();

/** A path that would read as a comment. */
const asEntry = (path: string): string => (path.startsWith('#') ? `./${path}` : path);

/**
 * As .m3u8, with paths as they are below the music folder; a track whose path is not known has its
 * address on this server. `origin` as location.origin.
 */
export const writeM3u = (name: string, tracks: readonly ListTrack[], origin: string): string => {
  const lines = ['#EXTM3U', `#PLAYLIST:${oneLine(name)}`];
  for (const { title, artist, durationSeconds, path, url } of tracks) {
    const seconds = durationSeconds > 0 ? Math.round(durationSeconds) : -1;
    const names = artist === '' ? title : `${artist} - ${title}`;
    lines.push(`#EXTINF:${seconds},${oneLine(names)}`);
    lines.push(path === '' ? new URL(url, origin).href : asEntry(oneLine(path)));
  }
  return `${lines.join('\n')}\n`;
};
