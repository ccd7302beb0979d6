/** Offers what plays as an enhanced file. What makes it is fetched when somebody wants it. */
import { createContext, use, useState, type ReactElement } from 'react';
import type { EngineClient } from '../engine/engine-client';
import type { FileWish } from '../engine/file-rendering';
import type { Player } from '../player/player';
import type { PlayerSnapshot } from '../player/player-types';
import { fileName } from '../shared/file-name';
import { later } from './later';

/** Null: there is nothing that could make a file. */
export const EngineContext = createContext<EngineClient | null>(null);

const saveFile = later(async () => (await import('./SaveFile')).SaveFile);

export type SaveReport = {
  readonly words: string;
  /** Nothing more will be done. */
  readonly isOver: boolean;
};

const NOTHING: SaveReport = { words: '', isOver: false };

type Wanted = { readonly wish: FileWish; readonly name: string };

/** The file sounds as what is heard now, whatever is changed while it is made. */
const wantedOf = ({ track, settings }: PlayerSnapshot): Wanted | null => {
  if (track === null) return null;
  const wish = { url: track.url, settings: { ...settings, compare: 'off' as const } };
  return { wish, name: fileName(track) };
};

/** Null: there is something to save. */
const whyNot = ({ track, mode, settings }: PlayerSnapshot): string | null => {
  if (track === null) return 'Play a track first';
  if (!settings.enhanced) return 'Turn Enhanced on first';
  return mode === 'original' ? 'What plays is the original' : null;
};

type SaveButtonProps = { readonly player: Player; readonly snapshot: PlayerSnapshot };

/** One button from begin to end, so that whoever is there with the keyboard stays there. */
export const SaveButton = ({ player, snapshot }: SaveButtonProps): ReactElement | null => {
  const engine = use(EngineContext);
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const [report, setReport] = useState(NOTHING);
  if (engine === null) return null;
  const isIdle = wanted === null;
  const reason = isIdle ? whyNot(snapshot) : null;
  const click = (): void => {
    if (reason !== null) return;
    setReport(NOTHING);
    setWanted(isIdle ? wantedOf(snapshot) : null);
  };
  const endWord = report.isOver ? 'Close' : 'Cancel';
  return (
    <div className={isIdle ? 'save-offer' : 'save-file'}>
      {wanted && <saveFile.View engine={engine} player={player} {...wanted} onReport={setReport} />}
      <span role="status" data-testid="save-state">
        {report.words}
      </span>
      <button
        type="button"
        className={isIdle ? 'button save-button' : 'button'}
        aria-disabled={reason !== null}
        title={reason ?? undefined}
        onClick={click}
      >
        {isIdle ? 'Save enhanced file' : endWord}
      </button>
    </div>
  );
};
