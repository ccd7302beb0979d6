/**
 * The address of a file on the listener's own device, which no server has. Pure.
 *
 *   local:SIZE.MODIFIED/PATH     size in bytes, milliseconds since 1970; the path as it was opened:
 *                                the file's name, behind its folders where a folder was opened.
 *                                Each part of it is percent-encoded.
 *   local:SIZE.~PRINT/PATH       of what was shared, whose date is another one each time: instead
 *                                of it 32 hexadecimal digits of a hash (app/local/print.ts)
 *
 * It follows from what the browser tells of the file, so the same file that is opened again has the
 * same address, and a queue that was kept finds it. It names the file, but is no proof of its
 * content: see docs/decisions/local-files.md.
 */

/** Which one of its name and size it is: by its date, milliseconds since 1970, or by a hash. */
export type LocalFileMark = { readonly modifiedMs: number } | { readonly print: string };

/** What is known of a file before it plays. */
export type LocalFileFacts = {
  /** Parts are separated by `/`. */
  readonly path: string;
  readonly sizeBytes: number;
} & LocalFileMark;

/** Why a local file does not play. */
export const NOT_OPEN =
  'it lies on this device, and the page may read it only after you have opened it';
export const UNREADABLE =
  'the file on this device was changed, moved or removed after it was opened; open it again';

const SCHEME = 'local:';
const FORM = /^local:(\d{1,16})\.(-?\d{1,16}|~[0-9a-f]{32})\/(.+)$/;

/** A lone surrogate, which file names can hold, is no part of a URI. */
const encodePart = (part: string): string =>
  encodeURIComponent(part.replace(/\p{Surrogate}/gu, '\uFFFD'));

export const localAddress = (facts: LocalFileFacts): string => {
  const { path, sizeBytes } = facts;
  const mark = 'print' in facts ? `~${facts.print}` : String(facts.modifiedMs);
  return `${SCHEME}${sizeBytes}.${mark}/${path.split('/').map(encodePart).join('/')}`;
};

export const isLocalAddress = (address: string): boolean => address.startsWith(SCHEME);

/** null: this is no address of a local file. */
export const parseLocalAddress = (address: string): LocalFileFacts | null => {
  const [, size, mark = '', path] = FORM.exec(address) ?? [];
  if (path === undefined) return null;
  try {
    const parts = path.split('/').map(decodeURIComponent);
    const known = { path: parts.join('/'), sizeBytes: Number(size) };
    if (mark.startsWith('~')) return { ...known, print: mark.slice(1) };
    return { ...known, modifiedMs: Number(mark) };
  } catch {
    return null;
  }
};

/** What the file is called, without its folders and its extension. */
export const nameOfPath = (path: string): string => {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return file.replace(/(?<=.)\.[^.]*$/, '');
};
