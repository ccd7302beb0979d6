/** The whole page in jsdom on a faked player, with a storage and tabs of its own. */
import type { ReactElement } from 'react';
import { App } from '../../web/src/app/App';
import type { Fetch } from '../../web/src/app/library-client';
import { QueueStore } from '../../web/src/app/queue-store';
import { TabTurns } from '../../web/src/app/tab-turns';
import type { World } from './player-world';
import { MemoryStorage } from './memory-storage';

export const appOf = (
  { player, clock }: World,
  fetch: Fetch,
  storage = new MemoryStorage(),
): ReactElement => (
  <App
    player={player}
    fetch={fetch}
    queueStore={new QueueStore({ player, storage, clock, tab: 'here' })}
    tabs={
      new TabTurns({
        player,
        channel: null,
        tab: 'here',
        nowMs: () => clock.nowMs(),
        letsOthersPlay: false,
      })
    }
  />
);
