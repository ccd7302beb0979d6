/** The page's entry: one audio element, one engine, one player, one React root. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { EngineClient } from '../engine/engine-client';
import type { ListenerLists } from '../lists/listener-lists';
import { Player } from '../player/player';
import { readAddress } from './address-wishes';
import { App } from './App';
import {
  browserClock,
  decodeLeadSeconds,
  findMediaPlatform,
  engineWorkerOpener,
} from './browser-platform';
import { packetCutter } from './cuts-inside-packets';
import { connectMediaSession } from './media-session';
import { loadPreferences, openTextStore, savePreferences } from './preferences';
import { QueueStore } from './queue-store';
import { EngineContext } from './SaveButton';
import { TabTurns, TABS_CHANNEL } from './tab-turns';
import { AppNotices } from './AppNotices';
import { Connection } from './connection';
import { KeepingDoor } from './keeping-door';
import { KeptTracks } from './kept-tracks';
import { untilQuiet } from './service-worker-link';
import { connectServiceWorker, listenForInstall } from './connect-browser';
import { LocalDoor, LocalDoorContext } from './local-door';
import { LocalFiles } from './local-files';
import { ListsDoor } from './lists-door';
import { presenceFinder } from './track-presence';
import { ConnectionContext } from './use-connection';
import { KeepingContext } from './use-keeping';
import { ListsContext } from './use-lists';
import { KeptContext } from './use-reach';
import './styles/index.css';

declare global {
  // Only an interface can be merged with the DOM's own.
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions
  interface Window {
    /** Only with `?debug` in the address: for tests and for looking inside. */
    auralisPlayer?: Player;
  }
}

const watchConnection = (connection: Connection, player: Player): void => {
  for (const type of ['online', 'offline']) {
    window.addEventListener(type, () => void connection.look());
  }
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void connection.lookForLogin();
  });
  player.on('error', ({ code }) => {
    if (code === 'network') void connection.look();
  });
};

const fetchLists = async (): Promise<ListenerLists> => {
  const { openLists } = await import('./behind-first-view');
  return openLists(() => Date.now());
};

/** What is kept on purpose; the first sound comes before. */
const openKept = (keeping: KeepingDoor, player: Player, connection: Connection): void => {
  void untilQuiet(() => player.getSnapshot().state, browserClock)
    .then(() => keeping.open())
    .catch(() => undefined);
  window.addEventListener('online', () => keeping.lookAgain());
  // Then it matters what there is.
  connection.subscribe(() => {
    if (connection.getState().isAway) keeping.open().catch(() => undefined);
    else keeping.lookAgain();
  });
};

const start = (root: HTMLElement): void => {
  const store = openTextStore(window);
  const preferences = loadPreferences(store);
  const audio = new Audio();
  audio.volume = preferences.volume;
  audio.muted = preferences.muted;
  const { sink, wholePacketJoins, firstPlan, isKeeping, debug } = readAddress(location.search);
  const files = new LocalFiles(URL);
  const engine = new EngineClient(engineWorkerOpener({ isKeeping }, files.fileOf));
  const platform = findMediaPlatform(window, sink);
  const player = new Player({
    audio,
    engine,
    platform,
    cutsInsidePackets: platform
      ? packetCutter(platform, () => new Audio())
      : () => Promise.resolve(false),
    wholePacketJoins,
    clock: browserClock,
    findPresence: files.presenceFinder(
      presenceFinder((url, options) => window.fetch(url, options)),
    ),
    findElementUrl: files.findElementUrl,
    settings: preferences.settings,
    shuffleSeed: crypto.getRandomValues(new Uint32Array(1))[0] ?? 0,
    firstPlan,
    leadSeconds: decodeLeadSeconds(navigator.userAgent),
  });
  engine.warmUp();
  player.warmUp();
  const tab = crypto.getRandomValues(new Uint32Array(2)).join('-');
  const tabs = new TabTurns({
    player,
    channel: 'BroadcastChannel' in window ? new BroadcastChannel(TABS_CHANNEL) : null,
    tab,
    nowMs: () => Date.now(),
    letsOthersPlay: preferences.letsOthersPlay,
  });
  const keepPreferences = (): void => {
    const { settings, volume, muted } = player.getSnapshot();
    savePreferences(store, { settings, volume, muted, letsOthersPlay: tabs.getLetsOthersPlay() });
  };
  player.subscribe(keepPreferences);
  tabs.subscribe(keepPreferences);
  const queueStore = new QueueStore({ player, storage: store, clock: browserClock, tab });
  window.addEventListener('pagehide', () => queueStore.save());
  document.addEventListener('visibilitychange', () => queueStore.save());
  if ('mediaSession' in navigator) connectMediaSession(navigator.mediaSession, player);
  const connection = new Connection({
    fetch: (url, options) => window.fetch(url, options),
    clock: browserClock,
  });
  watchConnection(connection, player);
  const keeping = new KeepingDoor(async () =>
    (await import('./open-keeping')).openKeeping(player, () => Date.now()),
  );
  const kept = new KeptTracks({
    files: keeping,
    listWhole: (settings) => engine.ask({ type: 'listWhole', settings }),
    player,
    connection,
    clock: browserClock,
    baseUrl: location.href,
  });
  if (isKeeping) openKept(keeping, player, connection);
  const door = new LocalDoor(player, async (onLooking) => {
    const { makeOpener } = await import('./local/make-opener');
    return makeOpener({ player, engine, files, nowMs: () => Date.now(), onLooking });
  });
  const lists = new ListsDoor(fetchLists);
  const link = connectServiceWorker(player);
  const offer = listenForInstall(store);
  if (debug) window.auralisPlayer = player;
  createRoot(root).render(
    <StrictMode>
      <ConnectionContext value={connection}>
        <KeptContext value={kept}>
          <KeepingContext value={isKeeping ? keeping : null}>
            <LocalDoorContext value={door}>
              <EngineContext value={engine}>
                <ListsContext value={lists}>
                  <App
                    player={player}
                    fetch={connection.fetch}
                    queueStore={queueStore}
                    tabs={tabs}
                    notices={<AppNotices link={link} offer={offer} player={player} />}
                  />
                </ListsContext>
              </EngineContext>
            </LocalDoorContext>
          </KeepingContext>
        </KeptContext>
      </ConnectionContext>
    </StrictMode>,
  );
};

const root = document.getElementById('root');
if (root) start(root);
