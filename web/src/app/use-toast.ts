/** A few words that go away by themselves; in a live region they are read out. */
import { useEffect, useState } from 'react';

const SHOWN_MS = 4000;

/** The words, empty after a while, and the function (always the same) that says new ones. */
export const useToast = (): readonly [string, (words: string) => void] => {
  const [said, setSaid] = useState({ words: '' });
  // Each saying is an object of its own: the same words again stay as long again.
  const [say] = useState(
    () =>
      (words: string): void =>
        setSaid({ words }),
  );
  useEffect(() => {
    if (said.words === '') return undefined;
    const timer = window.setTimeout(() => setSaid({ words: '' }), SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [said]);
  return [said.words, say];
};
