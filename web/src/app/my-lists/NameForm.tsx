/** Asks for the name of a playlist. */
import { useState, type ReactElement, type SyntheticEvent } from 'react';
import { cleanName } from '../../lists/playlist';

type Props = {
  readonly name: string;
  readonly label: string;
  /** What the button says. */
  readonly words: string;
  readonly isFirst?: boolean;
  readonly onName: (name: string) => void;
  /** null: there is no way back. */
  readonly onCancel: (() => void) | null;
};

export const NameForm = (props: Props): ReactElement => {
  const { name, label, words, isFirst = false, onName, onCancel } = props;
  const [typed, setTyped] = useState(name);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const cleaned = cleanName(typed);
    if (cleaned !== '') onName(cleaned);
  };
  return (
    <form className="name-form" onSubmit={submit}>
      <input
        type="text"
        aria-label={label}
        placeholder={label}
        required
        autoFocus={isFirst}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <button type="submit" className="button-main">
        {words}
      </button>
      {onCancel && (
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
      )}
    </form>
  );
};
