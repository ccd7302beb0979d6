/**
 * Components whose code is fetched when it is wanted. Not React's `lazy`: code that cannot be
 * fetched is told in words, and costs nothing but its view; and one that is here is shown at once.
 * Browsers may remember that an import failed, and a newer build has other names: where trying
 * again does not help, loading the whole page does. The queue and the place in it outlive that.
 */
import { useEffect, useState, type ComponentType, type ReactElement } from 'react';

type Later<Props> = {
  /** Shows that it loads until it is here. */
  readonly View: (props: Props) => ReactElement;
  /** Before it is wanted; what fails is tried again when it is. */
  readonly load: () => Promise<void>;
};

type FailedProps = { readonly onTryAgain: (() => void) | null; readonly reload: () => void };

const Failed = ({ onTryAgain, reload }: FailedProps): ReactElement => (
  <p className="empty-text" role="alert">
    This part of the page did not load.{' '}
    {onTryAgain ? (
      <>
        What plays goes on.{' '}
        <button type="button" className="button" onClick={onTryAgain}>
          Try again
        </button>
      </>
    ) : (
      <>
        The whole page may: the queue stays, and the place in it.{' '}
        <button type="button" className="button" onClick={reload}>
          Reload the page
        </button>
      </>
    )}
  </p>
);

/** `reload`: loads the whole page again. */
export const later = <Props extends object>(
  fetchCode: () => Promise<ComponentType<Props>>,
  reload = (): void => location.reload(),
): Later<Props> => {
  let code: ComponentType<Props> | null = null;
  let failureCount = 0;
  const load = async (): Promise<void> => {
    try {
      code ??= await fetchCode();
    } catch (error) {
      failureCount += 1;
      throw error;
    }
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
      const tryAgain = (): void => setState('loading');
      return <Failed onTryAgain={failureCount < 2 ? tryAgain : null} reload={reload} />;
    }
    return <p className="empty-text">Loading…</p>;
  };
  return { View, load };
};
