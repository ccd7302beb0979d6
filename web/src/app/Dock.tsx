/** At the bottom of the page: what plays, and what opens above it. */
import { useEffect, type ReactElement, type ReactNode } from 'react';
import { later } from './later';
import { PlayerBar } from './PlayerBar';
import { usePage } from './page-context';
import type { TabTurns } from './tab-turns';
import type { QueuePanelControl } from './use-keyboard';
import { usePlayerSnapshot } from './use-player';

const queue = later(async () => (await import('./behind-first-view')).QueuePanel);

type Props = {
  readonly tabs: TabTurns;
  readonly isQueueOpen: boolean;
  readonly queuePanel: QueuePanelControl;
  /** What was done, in a few words; empty: nothing. */
  readonly words: string;
  /** What the app has to say of itself. */
  readonly notices: ReactNode;
};

export const Dock = ({ tabs, isQueueOpen, queuePanel, words, notices }: Props): ReactElement => {
  const { player } = usePage();
  const snapshot = usePlayerSnapshot(player);
  useEffect(() => {
    // Behind the first view, so that it opens at once; what fails is told when it is opened.
    queue.load().catch(() => undefined);
  }, []);
  return (
    <div className="dock">
      <div className="above-dock">
        {isQueueOpen && (
          <queue.View player={player} snapshot={snapshot} tabs={tabs} onClose={queuePanel.close} />
        )}
        {notices}
        <p className="toast" role="status">
          {words !== '' && <span>{words}</span>}
        </p>
      </div>
      <PlayerBar
        player={player}
        snapshot={snapshot}
        isQueueOpen={isQueueOpen}
        onQueue={queuePanel.toggle}
      />
    </div>
  );
};
