/** One enhanced file on its way to the listener's disk: how far it is, and how it ended. */
import { useEffect, useState, type ReactElement } from 'react';
import type { EngineClient } from '../engine/engine-client';
import type { FileWish } from '../engine/file-rendering';
import { asPlayerFault } from '../shared/errors';
import { makeEnhancedFile, type FileProgress } from './enhanced-file';

export type SaveFileProps = {
  readonly engine: EngineClient;
  readonly wish: FileWish;
  readonly name: string;
  /** Takes what is shown away. */
  readonly onClose: () => void;
};

type State =
  | ({ readonly at: 'work' } & FileProgress)
  | { readonly at: 'saved' }
  | { readonly at: 'failed'; readonly words: string };

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

const wordsOf = (state: State): string => {
  switch (state.at) {
    case 'work':
      return state.isWaiting ? 'Waiting for the server…' : 'Making the file…';
    case 'saved':
      return 'The file is ready: your browser saves it.';
    case 'failed':
      return `The file could not be made: ${state.words}`;
  }
};

export const SaveFile = ({ engine, wish, name, onClose }: SaveFileProps): ReactElement => {
  const [state, setState] = useState<State>({ at: 'work', done: 0, isWaiting: false });
  useEffect(() => {
    const life = new AbortController();
    const { signal } = life;
    const onProgress = (progress: FileProgress): void => setState({ at: 'work', ...progress });
    makeEnhancedFile(engine, wish, signal, onProgress).then(
      (file) => {
        if (signal.aborted) return;
        handToBrowser(file, name);
        setState({ at: 'saved' });
      },
      (error: unknown) => {
        if (!signal.aborted) setState({ at: 'failed', words: asPlayerFault(error).message });
      },
    );
    return () => life.abort();
  }, [engine, wish, name]);
  const isWorking = state.at === 'work';
  return (
    <div className="save-file">
      <span className="save-file-name">{name}</span>
      {isWorking && (
        <progress aria-label="How much of the file is made" max={1} value={state.done} />
      )}
      <span role="status" data-testid="save-state">
        {wordsOf(state)}
      </span>
      <button type="button" className="button" onClick={onClose}>
        {isWorking ? 'Cancel' : 'Close'}
      </button>
    </div>
  );
};
