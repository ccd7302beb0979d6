/** The Opener with this browser's own dialogue, storage and caches. */
import type { EngineClient } from '../../engine/engine-client';
import type { Player } from '../../player/player';
import type { LocalFiles } from '../local-files';
import { Describer } from './describer';
import { HandleStore } from './handle-store';
import type { Looking } from './looker';
import { Opener } from './opener';
import { pickFiles } from './picker';
import { clearShared, readShared } from './shared-inbox';

export type OpenerParts = {
  readonly player: Player;
  readonly engine: EngineClient;
  readonly files: LocalFiles;
  /** Since 1970. */
  readonly nowMs: () => number;
  readonly onLooking: (looking: Looking | null) => void;
};

export const makeOpener = (parts: OpenerParts): Opener =>
  new Opener({
    ...parts,
    handles: new HandleStore({ nowMs: parts.nowMs }),
    describer: new Describer(parts),
    pick: pickFiles,
    readShared: () => readShared(caches, parts.nowMs()),
    clearShared: (report) => clearShared(caches, report),
  });
