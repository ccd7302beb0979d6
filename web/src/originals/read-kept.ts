/** All that it takes to read what is kept: for the engine's worker and the service worker. */
import type { Fetch } from '../net/range-transfer';
import { KeptFetch } from './kept-fetch';
import { KeptFiles } from './kept-files';
import { OriginalFiles } from './original-files';
import { joinOriginalsChannel } from './originals-channel';

export type ReadKeptOptions = {
  /** What addresses are relative to. */
  readonly baseUrl: string;
  /** Of the network alone. */
  readonly fetch: Fetch;
  /** Resolves then. */
  readonly wait: (delayMs: number) => Promise<void>;
};

export const readKept = ({ baseUrl, fetch, wait }: ReadKeptOptions): KeptFetch => {
  const files = new OriginalFiles();
  const channel = joinOriginalsChannel((keys) => void kept.refresh(keys));
  const tell = (key: string): void => channel.tell([key]);
  const kept = new KeptFiles({ files, wait, onDamaged: tell });
  return new KeptFetch({ kept, files, baseUrl, fetch, wait, onReplaced: tell });
};
