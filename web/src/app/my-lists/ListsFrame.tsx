/** Around a view of the listener's own lists: that they are looked for, or not kept; a way back. */
import { useEffect, useState, type ReactElement, type ReactNode } from 'react';
import type { ListenerLists, ListsState, Undo } from '../../lists/listener-lists';
import { usePage } from '../page-context';
import { useListsDoor, useListsState } from '../use-lists';
import { PROBLEM_WORDS } from './words';

type Props = {
  readonly children: (lists: ListenerLists, state: ListsState) => ReactNode;
};

type UndoProps = { readonly lists: ListenerLists; readonly undo: Undo };

const UndoNotice = ({ lists, undo: { name, from } }: UndoProps): ReactElement => {
  const { scroller } = usePage();
  // The button that had the focus goes.
  const then = (act: () => void): void => {
    act();
    scroller.current?.focus({ preventScroll: true });
  };
  return (
    <div className="notice">
      <p>{`“${name}” was removed${from === '' ? '' : ` from “${from}”`}.`}</p>
      <div className="notice-actions">
        <button type="button" onClick={() => then(() => lists.undo())}>
          Undo
        </button>
        <button type="button" onClick={() => then(() => lists.forgetUndo())}>
          Dismiss
        </button>
      </div>
    </div>
  );
};

export const ListsFrame = ({ children }: Props): ReactElement => {
  const door = useListsDoor();
  const state = useListsState();
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    door?.open().then(
      () => setFailed(false),
      () => setFailed(true),
    );
  }, [door]);
  const lists = door?.getLists();
  if (hasFailed) return <p className="empty-text">Your lists did not load. Reload the page.</p>;
  if (!lists || !state) return <p className="empty-text">Looking for your lists…</p>;
  return (
    <>
      {state.problem && (
        <div className="notice notice-error" role="alert">
          <p>{PROBLEM_WORDS[state.problem]}</p>
        </div>
      )}
      <div role="status">{state.undo && <UndoNotice lists={lists} undo={state.undo} />}</div>
      {children(lists, state)}
    </>
  );
};
