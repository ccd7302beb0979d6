/** Offers what plays as an enhanced file. What makes it is fetched when somebody wants it. */
import { createContext, use, useState, type ReactElement } from 'react';
import type { EngineClient } from '../engine/engine-client';
import type { FileWish } from '../engine/file-rendering';
import type { PlayerSnapshot } from '../player/player-types';
import { fileName } from '../shared/file-name';
import { later } from './later';

/** Null: there is nothing that could make a file. */
export const EngineContext = createContext<EngineClient | null>(null);

const saveFile = later(async () => (await import('./SaveFile')).SaveFile);

type Wanted = { readonly wish: FileWish; readonly name: string };

/** The file sounds as what is heard now, whatever is changed while it is made. */
const wantedOf = ({ track, settings, plan }: PlayerSnapshot): Wanted | null => {
  if (track === null) return null;
  const profile = plan === null || plan.profile === '' ? null : plan.profile;
  const wish = { url: track.url, settings: { ...settings, compare: 'off' as const }, profile };
  return { wish, name: fileName(track) };
};

export const SaveButton = ({
  snapshot,
}: {
  readonly snapshot: PlayerSnapshot;
}): ReactElement | null => {
  const engine = use(EngineContext);
  const [wanted, setWanted] = useState<Wanted | null>(null);
  if (engine === null) return null;
  if (wanted !== null) {
    return <saveFile.View engine={engine} {...wanted} onClose={() => setWanted(null)} />;
  }
  const { track, mode, settings } = snapshot;
  return (
    <button
      type="button"
      className="button save-button"
      disabled={track === null || mode === 'original' || !settings.enhanced}
      onClick={() => setWanted(wantedOf(snapshot))}
    >
      Save enhanced file
    </button>
  );
};
