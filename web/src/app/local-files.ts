/**
 * The files of this device that the listener has opened, by their addresses. Lives as long as the
 * page; what outlives it is the affair of local/handle-store.ts. Knows nothing of how they are
 * opened.
 */
import type { ElementUrl, FindPresence, Presence } from '../player/original-file';
import { BoundedMap } from '../shared/bounded-map';
import { isLocalAddress } from '../shared/local-address';

/** A File is a name and some numbers; those opened longest ago are to be opened again. */
export const OPEN_COUNT_MAX = 20_000;

/** The part of URL that is used. */
export type ObjectUrls = {
  createObjectURL(blob: Blob): string;
  revokeObjectURL(url: string): void;
};

export class LocalFiles {
  readonly #files = new BoundedMap<string, File>(OPEN_COUNT_MAX);
  readonly #objectUrls: ObjectUrls;

  constructor(objectUrls: ObjectUrls) {
    this.#objectUrls = objectUrls;
  }

  /** null: it is not open, or no address of a local file. */
  readonly fileOf = (address: string): File | null => this.#files.get(address) ?? null;

  /** Of those that are open. */
  get addresses(): readonly string[] {
    return this.#files.keys;
  }

  open(address: string, file: File): void {
    this.#files.set(address, file);
  }

  /** It cannot be read any more. Nothing happens to what is not open. */
  close(address: string): void {
    this.#files.delete(address);
  }

  /** Of any track: a server's is its own address. */
  readonly findElementUrl = (address: string): ElementUrl | null => {
    if (!isLocalAddress(address)) return { url: address, release: () => undefined };
    const file = this.fileOf(address);
    if (!file) return null;
    const url = this.#objectUrls.createObjectURL(file);
    return { url, release: () => this.#objectUrls.revokeObjectURL(url) };
  };

  /** Of any track: `ofServer` is asked for those of servers. */
  presenceFinder(ofServer: FindPresence): FindPresence {
    return (address, signal) =>
      isLocalAddress(address) ? this.#presenceOf(address, signal) : ofServer(address, signal);
  }

  /** A drive that does not answer in time has it no more, as far as a listener is concerned. */
  #presenceOf(address: string, signal: AbortSignal): Promise<Presence> {
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve('gone'), { once: true });
      const file = this.fileOf(address);
      if (!file) resolve('gone');
      else {
        file
          .slice(0, 1)
          .arrayBuffer()
          .then(
            () => resolve('there'),
            () => resolve('gone'),
          );
      }
    });
  }
}
