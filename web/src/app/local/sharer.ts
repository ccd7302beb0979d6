/**
 * What another app has shared, until the listener has said what is to become of it: it lies where
 * the service worker has put it until then, and is asked for again after a reload. Knows nothing
 * of how files are opened.
 */
import type { Player } from '../../player/player';
import { parseLocalAddress } from '../../shared/local-address';
import type { ShareReport } from '../../shared/shared-files';
import type { LocalFiles } from '../local-files';
import type { SharedOffer } from '../shared-offer';
import { addressOf, printedAddressOf } from './local-tracks';
import { fileNode } from './nodes';
import type { Shared } from './shared-inbox';
import { walk, type FoundFile, type Walked } from './walk';
import { leftOutWords, NOTHING_FOUND } from './words';

/** A file that was found, with the address that it plays under. */
export type Addressed = FoundFile & { readonly address: string };

/** Where what was shared lies. */
export type Inbox = {
  readonly readShared: () => Promise<Shared>;
  /** Of that report; what has come since stays. */
  readonly clearShared: (report: ShareReport) => Promise<void>;
};

export type SharerOptions = Inbox & {
  readonly player: Pick<Player, 'getSnapshot'>;
  readonly files: Pick<LocalFiles, 'addresses' | 'close'>;
  /** In place of the queue; returns a few words. */
  readonly play: (found: readonly Addressed[], walked: Walked) => string;
  /** Behind the queue; returns a few words. */
  readonly add: (found: readonly Addressed[], walked: Walked) => string;
};

export class Sharer {
  readonly #options: SharerOptions;
  /** When that was received which this page has asked for already; null: nothing. */
  #askedAtMs: number | null = null;

  constructor(options: SharerOptions) {
    this.#options = options;
  }

  /** Something was shared just now. The words say why there is nothing. */
  async share(): Promise<SharedOffer | string> {
    const shared = await this.#options.readShared();
    this.#giveBack();
    return this.#offer(shared);
  }

  /** What a page before this one has left without an answer; empty: nothing. */
  async recall(): Promise<SharedOffer | string> {
    const shared = await this.#options.readShared();
    const { files, report } = shared;
    const isAsked = report === null || report.receivedAtMs === this.#askedAtMs;
    return isAsked || files.length === 0 ? '' : this.#offer(shared);
  }

  async #offer({ files, report }: Shared): Promise<SharedOffer | string> {
    this.#askedAtMs = report?.receivedAtMs ?? null;
    const leftOut = leftOutWords(report);
    const walked = await walk(files.map(fileNode));
    if (walked.files.length === 0) {
      this.#clear(report);
      return files.length === 0 ? leftOut : NOTHING_FOUND;
    }
    const found = await Promise.all(
      walked.files.map(async (file): Promise<Addressed> => {
        // What cannot be read says so when it is played.
        const address = await printedAddressOf(file).catch(() => addressOf(file));
        return { ...file, address };
      }),
    );
    const answer = <Words>(act: () => Words): Words => {
      try {
        return act();
      } finally {
        this.#clear(report);
      }
    };
    return {
      names: walked.files.map(({ path }) => path),
      leftOut,
      play: () => answer(() => this.#options.play(found, walked)),
      add: () => answer(() => this.#options.add(found, walked)),
      discard: () => this.#clear(report),
    };
  }

  /** What cannot be cleared is asked for again until it is old, and goes then. */
  #clear(report: ShareReport | null): void {
    if (report) this.#options.clearShared(report).catch(() => undefined);
  }

  /** Copies of what was shared before, as far as nothing can play them any more. */
  #giveBack(): void {
    const { player, files } = this.#options;
    const queued = new Set(player.getSnapshot().queue.items.map(({ track }) => track.url));
    for (const address of files.addresses) {
      const isCopy = 'print' in (parseLocalAddress(address) ?? {});
      if (isCopy && !queued.has(address)) files.close(address);
    }
  }
}
