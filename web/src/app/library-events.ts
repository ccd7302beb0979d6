/**
 * What the server tells of its library as it happens: how far it is with reading it, and that it
 * has changed. A server without such an address, and a browser without EventSource, tell nothing.
 */
import { parseGrowth, type Growth } from './library-growth';

/** What is needed of an EventSource. */
export type EventStream = {
  addEventListener(type: string, listener: (event: Event) => void): void;
  close(): void;
};
/** Opens the stream of an address; null: this browser cannot. */
export type OpenEventStream = ((url: string) => EventStream) | null;

export type LibraryListener = {
  readonly onGrowth: (growth: Growth) => void;
  /** Another state of the catalogue than the one that was told first; at most every two seconds. */
  readonly onChange: () => void;
};

const EVENTS_URL = '/api/events';
/** While files come one after the other the library is not listed anew with each of them. */
export const CHANGE_PERIOD_MS = 2000;

/** The browser's own. */
export const browserEventStream: OpenEventStream =
  typeof EventSource === 'undefined' ? null : (url) => new EventSource(url);

const parsed = (event: Event): unknown => {
  try {
    return JSON.parse(String((event as MessageEvent<unknown>).data));
  } catch {
    return null;
  }
};

const etagOf = (told: unknown): string | null => {
  const etag = typeof told === 'object' && told !== null && 'etag' in told ? told.etag : null;
  return typeof etag === 'string' ? etag : null;
};

/** Tells until the function is called that is returned. */
export const listenToLibrary = (
  open: OpenEventStream,
  { onGrowth, onChange }: LibraryListener,
): (() => void) => {
  const stream = open?.(EVENTS_URL);
  if (!stream) return () => undefined;
  let known: string | null = null;
  let timer: number | undefined;
  let isWaiting = false;
  const rest = (): void => {
    timer = window.setTimeout(() => {
      timer = undefined;
      if (isWaiting) tell();
    }, CHANGE_PERIOD_MS);
  };
  const tell = (): void => {
    isWaiting = timer !== undefined;
    if (isWaiting) return;
    onChange();
    rest();
  };
  stream.addEventListener('scan', (event) => onGrowth(parseGrowth(parsed(event))));
  stream.addEventListener('changed', (event) => {
    const etag = etagOf(parsed(event));
    if (etag === null || etag === known) return;
    const isFirst = known === null;
    known = etag;
    // What was there when the page came is what it has listed.
    if (!isFirst) tell();
  });
  return () => {
    stream.close();
    window.clearTimeout(timer);
  };
};
