/** Files that come to the device from a real server on loopback, for tests of originals. */
import { expect } from '@jest/globals';
import {
  downloadFile,
  type DownloadOptions,
  type DownloadOutcome,
} from '../../web/src/originals/file-download';
import { OriginalFiles } from '../../web/src/originals/original-files';
import { trackKey } from '../../web/src/shared/track-key';
import { freshDatabase } from './fresh-database';
import { RangeServer } from './range-server';
import { VirtualClock } from './virtual-clock';

/** Every position can be told from its bytes: 251 is prime. */
export const numbered = (length: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, index) => (index * 7 + Math.floor(index / 251)) % 251);

/** Jest's own way looks at each byte by itself, and shows them all. */
export const expectBytes = (found: Uint8Array | null, expected: Uint8Array): void => {
  expect(found?.length).toBe(expected.length);
  expect(found !== null && Buffer.compare(found, expected) === 0).toBe(true);
};

export type OriginalsStage = {
  readonly server: RangeServer;
  readonly files: OriginalFiles;
  readonly key: string;
  /** Brings what is not here yet. */
  readonly bring: (options?: Partial<DownloadOptions>) => Promise<DownloadOutcome>;
  readonly end: () => Promise<void>;
};

/** Brings what is not here yet of a file that is wanted. */
export const bringFile = async (
  files: OriginalFiles,
  key: string,
  options: Pick<DownloadOptions, 'url'> & Partial<DownloadOptions>,
): Promise<DownloadOutcome> => {
  const wanted = await files.find(key);
  if (wanted === null) throw new Error('the file is not wanted');
  return downloadFile(wanted, {
    fetch: (url, init) => fetch(url, init),
    files,
    clock: new VirtualClock(),
    signal: new AbortController().signal,
    isCalm: () => true,
    untilCalm: () => Promise.resolve(),
    onProgress: () => undefined,
    ...options,
  });
};

/** The file is wanted, and nothing of it is here. */
export const setOriginals = async (file: Uint8Array): Promise<OriginalsStage> => {
  freshDatabase();
  const server = await RangeServer.start(file);
  const files = new OriginalFiles();
  const key = trackKey(server.url, server.url);
  await files.add([{ key, addedAtMs: 1, about: null }]);
  return {
    server,
    files,
    key,
    bring: (options = {}) => bringFile(files, key, { url: server.url, ...options }),
    end: async () => {
      files.close();
      await server.stop();
    },
  };
};

/** Null: nothing of it is wanted. */
export const keptBytes = async (
  files: OriginalFiles,
  key: string,
): Promise<Uint8Array<ArrayBuffer> | null> => {
  const file = await files.find(key);
  if (file === null) return null;
  const { version } = file;
  const bytes = new Uint8Array(file.receivedBytes);
  for (let at = 0; version && at < bytes.length;) {
    const piece = await files.read(key, version, at);
    if (piece === null) return null;
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
};
