/** Keeps tracks on the device, tells how far that is, and lets them go again. */
import { useMemo, type ReactElement } from 'react';
import type { PlayerTrack } from '../player/player-types';
import type { KeepOutcome } from './device-keeping';
import { Icon } from './Icon';
import { problemWords } from './keep-words';
import { NOTHING_KEPT } from './keeping-state';
import { useKeeping } from './use-keeping';

const OUTCOME_WORDS: Readonly<Record<KeepOutcome, (name: string) => string>> = {
  coming: (name) => `“${name}” is coming to this device.`,
  room: () => 'There is no room for more on this device.',
  unable: () => 'This browser keeps nothing.',
};

type Props = {
  readonly tracks: readonly PlayerTrack[];
  /** Of what they make together. */
  readonly name: string;
  /** A few words on what was done. */
  readonly say: (words: string) => void;
};

export const KeepButton = ({ tracks, name, say }: Props): ReactElement | null => {
  const found = useKeeping();
  const door = found?.door;
  const isOpen = found?.state !== NOTHING_KEPT;
  // An address is taken apart once, not with every step of the progress.
  const keys = useMemo(
    () => (isOpen ? tracks.map(({ url }) => door?.keyOf(url) ?? '') : []),
    [door, isOpen, tracks],
  );
  if (!found || tracks.length === 0) return null;
  const { state } = found;
  const items = keys.flatMap((key) => state.items.get(key) ?? []);
  const wholeCount = items.filter(({ isWhole }) => isWhole).length;
  const isKept = wholeCount === tracks.length;
  const isComing = items.length > wholeCount;
  const words = isKept
    ? 'Remove from this device'
    : isComing
      ? 'Stop keeping'
      : 'Keep on this device';
  const remove = async (): Promise<void> => {
    const leaving = items.filter(({ isWhole }) => isKept || !isWhole);
    const isGone = await found.door.remove(leaving.map(({ key }) => key));
    if (!isGone) say('It cannot be removed; try again.');
    else if (isKept) say(`“${name}” is no longer on this device.`);
  };
  const keep = async (): Promise<void> => say(OUTCOME_WORDS[await found.door.keep(tracks)](name));
  return (
    <span className="keep">
      <button
        type="button"
        className="button"
        aria-label={`${words}: ${name}`}
        onClick={() => void (isKept || isComing ? remove() : keep())}
      >
        <Icon name={isKept || isComing ? 'close' : 'kept'} />
        {words}
      </button>
      {!isKept && items.length > 0 && (
        <span className="keep-words">{`${wholeCount} of ${tracks.length} kept.`}</span>
      )}
      <span className="keep-words" role="status">
        {problemWords(items, state)}
      </span>
    </span>
  );
};
