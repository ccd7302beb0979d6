/**
 * The page's address and the way through it: views are paths, wishes in the question (see
 * address-wishes.ts) stay, and each entry of the browser's history knows how far its view was
 * scrolled.
 */
import { useCallback, useLayoutEffect, useMemo, type RefObject } from 'react';
import { navigate, useBrowserLocation, useSearch } from 'wouter/use-browser-location';
import { withWishes } from './address-wishes';

type NavigateOptions = { readonly replace?: boolean };

/** Goes to a view. */
export const goTo = (to: string, { replace = false }: NavigateOptions = {}): void =>
  navigate(withWishes(to, location.search), { replace, state: null });

const isHere = (to: string): boolean => {
  const { pathname, search } = location;
  const question = new URLSearchParams(search).toString();
  return withWishes(to, search) === (question === '' ? pathname : `${pathname}?${question}`);
};

type UseLocation = () => [string, typeof goTo];

/** For wouter's Router. A link to where one already is leads to the top of it. */
export const useLocationHook = (scroller: RefObject<HTMLElement | null>): UseLocation =>
  useMemo(() => {
    const go: typeof goTo = (to, options) => {
      if (!isHere(to)) goTo(to, options);
      else if (scroller.current) scrollElement(scroller.current, 0);
    };
    const useAppLocation: UseLocation = () => {
      const [path] = useBrowserLocation();
      return [path, go];
    };
    return useAppLocation;
  }, [scroller]);

/** So that a link opened in another tab has the wishes as well. */
export const addressOf = (to: string): string => withWishes(to, location.search);

const SETTLED_MS = 150;

type Place = { readonly top?: unknown } | null;

const keptTop = (): number => {
  const { top } = (history.state as Place) ?? {};
  return typeof top === 'number' ? top : 0;
};

export const scrollElement = (element: HTMLElement, topPx: number): void => {
  element.scrollTop = topPx;
};

/** Another one for each view, and for each order of one. */
const useView = (): string => {
  const [path] = useBrowserLocation();
  const search = useSearch();
  // Typing does not make another view.
  return path === '/search' ? path : `${path}?${search}`;
};

/**
 * Gives the focus to the scroller when another view comes: what had it may be gone, and keys scroll
 * nothing else. It stays with who types what is searched for, and with what views have in common.
 */
export const useViewFocus = (scroller: RefObject<HTMLElement | null>): void => {
  const view = useView();
  useLayoutEffect(() => {
    const element = scroller.current;
    const focused = document.activeElement;
    const isSearching = focused?.closest('[role=search]') != null;
    if (!isSearching && element?.contains(focused) === false) element.focus();
  }, [scroller, view]);
};

/** Has the scroller where it was when this entry of the history was left; new ones begin on top. */
export const useScrollMemory = (scroller: RefObject<HTMLElement | null>): void => {
  const view = useView();
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    let timer: number | undefined;
    const wanted = keptTop();
    scrollElement(element, wanted);
    // What is scrolled to may have to be fetched first.
    let isReturning = wanted > 0 && element.scrollTop < wanted - 1;
    const follow = (): void => {
      if (!isReturning) return;
      scrollElement(element, wanted);
      isReturning = element.scrollTop < wanted - 1;
    };
    const observer = isReturning && 'ResizeObserver' in window ? new ResizeObserver(follow) : null;
    if (element.firstElementChild) observer?.observe(element.firstElementChild);
    const keep = (): void => {
      if (isReturning) return;
      const state = { ...(history.state as object | null), top: element.scrollTop };
      history.replaceState(state, '');
    };
    const onScroll = (): void => {
      window.clearTimeout(timer);
      timer = window.setTimeout(keep, SETTLED_MS);
    };
    const leave = (): void => {
      isReturning = false;
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    for (const type of ['wheel', 'touchmove', 'keydown']) {
      element.addEventListener(type, leave, { passive: true });
    }
    return () => {
      window.clearTimeout(timer);
      observer?.disconnect();
      element.removeEventListener('scroll', onScroll);
      for (const type of ['wheel', 'touchmove', 'keydown']) {
        element.removeEventListener(type, leave);
      }
    };
  }, [scroller, view]);
};

/** What is searched for, in the address. */
export const useQuery = (): string => new URLSearchParams(useSearch()).get('q') ?? '';

/** Searches: the first letter opens the view, the others change its address. */
export const useSearchFor = (): ((query: string) => void) =>
  useCallback((query) => {
    const isOpen = location.pathname === '/search';
    goTo(`/search?${new URLSearchParams({ q: query }).toString()}`, { replace: isOpen });
  }, []);
