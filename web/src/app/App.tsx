/** The page: its frame, with the view that the address asks for, and the player below it. */
import {
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ReactElement,
  type ReactNode,
} from 'react';
import { Router } from 'wouter';
import type { Player } from '../player/player';
import { isLocalAddress } from '../shared/local-address';
import { AlbumFollower } from './album-follower';
import { AskPlaylist } from './AskPlaylist';
import { browserDelay } from './delay';
import { Dock } from './Dock';
import { DropArea } from './DropArea';
import type { Fetch } from './library-client';
import { LibraryData } from './library-data';
import { ListPlayer } from './list-player';
import { LocalNotices } from './LocalNotices';
import { addressOf, goTo, useLocationHook, useScrollMemory, useViewFocus } from './navigation';
import { OfflineNotice } from './OfflineNotice';
import { Page, type PageContext } from './page-context';
import { PageTitle } from './page-title';
import { QueueFacts } from './queue-facts';
import type { QueueStore } from './queue-store';
import { Header, Ways } from './Shell';
import type { TabTurns } from './tab-turns';
import { useConnection } from './use-connection';
import { useKeyboard } from './use-keyboard';
import { useGrowth } from './use-library';
import { useListsDoor } from './use-lists';
import { useLocalFiles } from './use-local-files';
import { useQueuePanel } from './use-queue-panel';
import { useStartWish } from './use-start-wish';
import { useToast } from './use-toast';
import { Views } from './Views';

type Props = {
  readonly player: Player;
  readonly fetch: Fetch;
  readonly queueStore: QueueStore;
  readonly tabs: TabTurns;
  /** What the app has to say of itself. */
  readonly notices?: ReactNode;
};

type Parts = Pick<PageContext, 'data' | 'listPlayer' | 'title'>;

/** What plays tells of itself: its name to the window, its true length to the lists. */
const usePlayed = (player: Player, { data, title }: Parts): void => {
  useEffect(() => {
    let told = '';
    const look = (): void => {
      const { track, info, mode, durationSeconds } = player.getSnapshot();
      title.setTrack(track?.title ?? '');
      // Once its frames, or the browser, tell it.
      const isTrue = info !== null || mode === 'original';
      const news = `${track?.id ?? ''} ${durationSeconds}`;
      if (!track || !isTrue || news === told || isLocalAddress(track.url)) return;
      told = news;
      data.learnDuration(track.id, durationSeconds);
    };
    look();
    return player.subscribe(look);
  }, [player, data, title]);
};

/** Made once for the page, with what goes on behind it. */
const useParts = ({ player, fetch, queueStore }: Props): Parts => {
  const [parts] = useState<Parts>(() => {
    const data = new LibraryData(fetch);
    const newSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
    const listPlayer = new ListPlayer({ player, newSeed, delay: browserDelay });
    return { data, title: new PageTitle(), listPlayer };
  });
  const { data } = parts;
  useEffect(() => {
    const facts = new QueueFacts(player, data);
    const album = new AlbumFollower(player, data);
    queueStore.restore();
    facts.lookUp();
    return () => {
      facts.dispose();
      album.dispose();
    };
  }, [player, data, queueStore]);
  return parts;
};

export const App = (props: Props): ReactElement => {
  const { player, fetch, tabs, notices } = props;
  const parts = useParts(props);
  const { data, listPlayer } = parts;
  const growth = useGrowth(fetch, data);
  const shuffleAll = useCallback(
    () => listPlayer.playShuffledSoon(data.tracks('tracks')),
    [listPlayer, data],
  );
  const renew = useCallback(() => data.invalidate(), [data]);
  const { isAway } = useConnection();
  // Once it is no longer away.
  useEffect(() => (isAway ? () => data.retryFailed() : undefined), [isAway, data]);
  const scroller = useRef<HTMLElement>(null);
  const searchField = useRef<HTMLInputElement>(null);
  const [words, say] = useToast();
  const lists = useListsDoor();
  const takeLists = useCallback(
    (files: readonly File[]) => {
      lists?.bring(files);
      goTo('/playlists');
    },
    [lists],
  );
  const localFiles = useLocalFiles(player, say, takeLists);
  useStartWish(player, shuffleAll, growth?.isWhole === true, localFiles);
  const [isQueueOpen, queuePanel] = useQueuePanel();
  useKeyboard(player, queuePanel, searchField);
  usePlayed(player, parts);
  useScrollMemory(scroller);
  useViewFocus(scroller);
  const useLocation = useLocationHook(scroller);
  const mayGrow = growth?.isWhole !== true;
  const page = useMemo<PageContext>(
    () => ({ player, ...parts, scroller, say, mayGrow }),
    [player, parts, say, mayGrow],
  );
  return (
    <Page value={page}>
      <Router hook={useLocation} hrefs={addressOf}>
        <div className="app">
          <a className="skip-link" href="#library" onClick={() => scroller.current?.focus()}>
            Skip to the library
          </a>
          <Header field={searchField} onOpenFiles={localFiles.choose} />
          <Ways />
          <main className="library" id="library" aria-label="Library" tabIndex={-1} ref={scroller}>
            <div className="view">
              <OfflineNotice onBack={renew} />
              {growth?.isWhole === false && (
                <p className="empty-text" role="status">
                  The server is reading your music: {growth.trackCount.toLocaleString('en')} tracks
                  so far.
                </p>
              )}
              <Views />
            </div>
          </main>
          <Dock
            tabs={tabs}
            isQueueOpen={isQueueOpen}
            queuePanel={queuePanel}
            words={words}
            notices={
              <>
                <LocalNotices {...localFiles.notices} />
                {notices}
                <AskPlaylist />
              </>
            }
          />
          <DropArea isOver={localFiles.isOver} />
        </div>
      </Router>
    </Page>
  );
};
