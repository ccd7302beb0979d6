/**
 * Counts how often React renders the rows of the list, where its developer tools listen in: React
 * tells a hook of every commit, and marks the components that were rendered for it. Nothing of ours
 * takes part, so it counts the same in jsdom and in the built page.
 */

/** The part of React's tree that is read. */
type Fiber = {
  readonly flags: number;
  readonly memoizedProps: unknown;
  readonly child: Fiber | null;
  readonly sibling: Fiber | null;
};

type Root = { readonly current: Fiber };

declare global {
  /** Renders of rows by the id of their track, in the queue as `queue ID`, since it was emptied. */
  var rowRenders: Record<string, number>;
  var __REACT_DEVTOOLS_GLOBAL_HOOK__: unknown;
}

/**
 * To be called before React is loaded. Must not use anything outside itself: it is also sent into
 * the browser.
 */
export const installRenderCounter = (): void => {
  /** ReactFiberFlags: the component function was run. */
  const PERFORMED_WORK = 1;
  let before = new Set<Fiber>();
  globalThis.rowRenders = {};
  const trackId = (props: unknown): string | null => {
    if (typeof props !== 'object' || props === null) return null;
    const { track, item, isCurrent } = props as {
      track?: { id?: unknown };
      item?: { track?: { id?: unknown } };
      isCurrent?: unknown;
    };
    // Only rows have both.
    if (typeof isCurrent !== 'boolean') return null;
    if (typeof item?.track?.id === 'string') return `queue ${item.track.id}`;
    return typeof track?.id === 'string' ? track.id : null;
  };
  const count = (fiber: Fiber | null, seen: Set<Fiber>): void => {
    for (let at = fiber; at; at = at.sibling) {
      seen.add(at);
      const id = trackId(at.memoizedProps);
      const isRendered = (at.flags & PERFORMED_WORK) !== 0 && !before.has(at);
      if (id !== null && isRendered)
        globalThis.rowRenders[id] = (globalThis.rowRenders[id] ?? 0) + 1;
      count(at.child, seen);
    }
  };
  globalThis.__REACT_DEVTOOLS_GLOBAL_HOOK__ = {
    supportsFiber: true,
    renderers: new Map(),
    inject: () => 1,
    checkDCE: () => undefined,
    onCommitFiberUnmount: () => undefined,
    onPostCommitFiberRoot: () => undefined,
    onCommitFiberRoot: (_renderer: number, root: Root) => {
      const seen = new Set<Fiber>();
      count(root.current, seen);
      before = seen;
    },
  };
};
