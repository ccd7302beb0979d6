/**
 * Components whose code is fetched when it is wanted. Not React's `lazy`: code that cannot be
 * fetched is told in words, and costs nothing but its view; and one that is here is shown at once.
 */
import { useEffect, useState, type ComponentType, type ReactElement } from 'react';

type Later<Props> = {
  /** Shows that it loads until it is here. */
  readonly View: (props: Props) => ReactElement;
  /** Before it is wanted; what fails is tried again when it is. */
  readonly load: () => Promise<void>;
};

export const later = <Props extends object>(
  fetchCode: () => Promise<ComponentType<Props>>,
): Later<Props> => {
  let code: ComponentType<Props> | null = null;
  const load = async (): Promise<void> => {
    code ??= await fetchCode();
  };
  const View = (props: Props): ReactElement => {
    const [state, setState] = useState<'loading' | 'here' | 'failed'>(code ? 'here' : 'loading');
    useEffect(() => {
      if (state !== 'loading') return undefined;
      let isWanted = true;
      load().then(
        () => isWanted && setState('here'),
        () => isWanted && setState('failed'),
      );
      return () => {
        isWanted = false;
      };
    }, [state]);
    const Loaded = code;
    if (Loaded) return <Loaded {...props} />;
    if (state === 'failed') {
      return (
        <p className="empty-text" role="alert">
          This part of the page did not load. What plays goes on.{' '}
          <button type="button" className="button" onClick={() => setState('loading')}>
            Try again
          </button>
        </p>
      );
    }
    return <p className="empty-text">Loading…</p>;
  };
  return { View, load };
};
