/** One enhanced file on its way to the listener's disk: how far it is, and how it ended. */
import { useEffect, useState, type ReactElement } from 'react';
import type { EngineClient } from '../engine/engine-client';
import type { FileWish } from '../engine/file-rendering';
import type { Player } from '../player/player';
import { asPlayerFault } from '../shared/errors';
import { makeEnhancedFile, type EnhancedFile, type FileProgress } from './enhanced-file';
import { formatTime } from './format';
import { isCalm } from './is-calm';
import type { SaveReport } from './SaveButton';

export type SaveFileProps = {
  readonly engine: EngineClient;
  readonly player: Player;
  readonly wish: FileWish;
  readonly name: string;
  readonly onReport: (report: SaveReport) => void;
};

/** The browser has begun to write by then; the address is of no use to anybody else. */
const REVOKE_AFTER_MS = 60_000;

const handToBrowser = (file: Blob, name: string): void => {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_AFTER_MS);
};

const WORK_WORDS: Readonly<Record<FileProgress['waitsFor'], string>> = {
  nothing: 'Making the file…',
  server: 'Waiting for the server…',
  music: 'Waiting, so that the music does not…',
};

const readyWords = ({ endsEarlySeconds }: EnhancedFile): string => {
  const words = 'The file is ready: your browser saves it.';
  if (endsEarlySeconds === null) return words;
  return `${words} It ends at ${formatTime(endsEarlySeconds)}, where the original breaks off.`;
};

/** What is half made is lost with the page: the browser asks first. */
const holdPage = (): (() => void) => {
  const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
  window.addEventListener('beforeunload', ask);
  return () => window.removeEventListener('beforeunload', ask);
};

export const SaveFile = (props: SaveFileProps): ReactElement => {
  const { engine, player, wish, name, onReport } = props;
  /** [0, 1]; null: nothing more will be done. */
  const [done, setDone] = useState<number | null>(0);
  useEffect(() => {
    const life = new AbortController();
    const { signal } = life;
    const letPageGo = holdPage();
    const end = (words: string): void => {
      letPageGo();
      setDone(null);
      onReport({ words, isOver: true });
    };
    const tell = (progress: FileProgress): void => {
      if (signal.aborted) return;
      setDone(progress.done);
      onReport({ words: WORK_WORDS[progress.waitsFor], isOver: false });
    };
    tell({ done: 0, waitsFor: 'nothing' });
    makeEnhancedFile(engine, wish, signal, { isCalm: () => isCalm(player), tell }).then(
      (file) => {
        if (signal.aborted) return;
        handToBrowser(file.blob, name);
        end(readyWords(file));
      },
      (error: unknown) => {
        if (!signal.aborted) end(`The file could not be made: ${asPlayerFault(error).message}`);
      },
    );
    return () => {
      life.abort();
      letPageGo();
    };
  }, [engine, player, wish, name, onReport]);
  return (
    <>
      <span className="save-file-name">{name}</span>
      {done !== null && <progress aria-label="How much of the file is made" max={1} value={done} />}
    </>
  );
};
