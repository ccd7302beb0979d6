/** What DeviceKeeping is made of. */
import type { OriginalFiles } from '../originals/original-files';
import type { OriginalsChannel } from '../originals/originals-channel';
import type { Clock } from '../player/playback-monitor';
import type { Player } from '../player/player';
import type { TextStore } from './preferences';

/** navigator.storage, as far as it is used. */
export type StoragePromises = {
  persist(): Promise<boolean>;
  persisted(): Promise<boolean>;
};

export type DeviceKeepingOptions = {
  readonly files: OriginalFiles;
  /** Of the network alone. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly player: Pick<Player, 'getSnapshot' | 'positionSeconds' | 'bufferedRanges'>;
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout' | 'nowMs'>;
  /** Milliseconds since 1970. */
  readonly dateMs: () => number;
  /** What addresses of tracks are relative to. */
  readonly baseUrl: string;
  /** null: this browser does not tell. */
  readonly storage: StoragePromises | null;
  /** Whether all tabs rest; null: nothing is kept of that. */
  readonly memory: TextStore | null;
  /** Whether the user wants no byte that is not needed. */
  readonly savesData: () => boolean;
  /** Runs `work` in one tab at a time; resolves when it has run here. */
  readonly inOneTab: (work: () => Promise<void>) => Promise<void>;
  /** Tells all who read what is kept. */
  readonly channel: OriginalsChannel;
};
