/**
 * The whole page in jsdom on a faked player, with a storage and tabs of its own, opened at its list
 * of songs unless another address is told.
 */
import type { ReactElement } from 'react';
import { App } from '../../web/src/app/App';
// What the page fetches of its own code is there at once.
import '../../web/src/app/behind-first-view';
import '../../web/src/app/views/AlbumsView';
import '../../web/src/app/views/AlbumView';
import '../../web/src/app/views/GroupingsView';
import '../../web/src/app/views/GroupingView';
import '../../web/src/app/views/KeptView';
import '../../web/src/app/views/SearchView';
import type { Fetch } from '../../web/src/app/library-client';
import { LocalDoor, LocalDoorContext } from '../../web/src/app/local-door';
import { QueueStore } from '../../web/src/app/queue-store';
import { TabTurns } from '../../web/src/app/tab-turns';
import type { World } from './player-world';
import { MemoryStorage } from './memory-storage';

export const appOf = (
  { player, clock }: World,
  fetch: Fetch,
  storage = new MemoryStorage(),
  address = '/songs',
  door: LocalDoor | null = null,
): ReactElement => {
  history.replaceState(null, '', address);
  return (
    <LocalDoorContext value={door}>
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
    </LocalDoorContext>
  );
};
