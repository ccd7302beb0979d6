/**
 * The address of a file on the listener's own device, which no server has. Pure.
 *
 *   local:SIZE.MODIFIED/PATH     size in bytes, milliseconds since 1970; the path as it was opened:
 *                                the file's name, behind its folders where a folder was opened.
 *                                Each part of it is percent-encoded.
 *
 * It follows from what the browser tells of the file, so the same file that is opened again has the
 * same address, and a queue that was kept finds it. It names the file, but is no proof of its
 * content: see docs/decisions/local-files.md.
 */

/** What the browser tells of a file before it is read. */
export type LocalFileFacts = {
  /** Parts are separated by `/`. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
};

/** Why a local file does not play. */
export const NOT_OPEN =
  'it lies on this device, and the page may read it only after you have opened it';
export const UNREADABLE =
  'the file on this device was changed, moved or removed after it was opened; open it again';

const SCHEME = 'local:';
const FORM = /^local:(\d{1,16})\.(-?\d{1,16})\/(.+)$/;

/** A lone surrogate, which file names can hold, is no part of a URI. */
const encodePart = (part: string): string =>
  encodeURIComponent(part.replace(/\p{Surrogate}/gu, '\uFFFD'));

export const localAddress = ({ path, sizeBytes, modifiedMs }: LocalFileFacts): string =>
  `${SCHEME}${sizeBytes}.${modifiedMs}/${path.split('/').map(encodePart).join('/')}`;

export const isLocalAddress = (address: string): boolean => address.startsWith(SCHEME);

/** null: this is no address of a local file. */
export const parseLocalAddress = (address: string): LocalFileFacts | null => {
  const [, size, modified, path] = FORM.exec(address) ?? [];
  if (path === undefined) return null;
  try {
    const parts = path.split('/').map(decodeURIComponent);
    return { path: parts.join('/'), sizeBytes: Number(size), modifiedMs: Number(modified) };
  } catch {
    return null;
  }
};

/** What the file is called, without its folders and its extension. */
export const nameOfPath = (path: string): string => {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return file.replace(/(?<=.)\.[^.]*$/, '');
};
