/**
 * What the server tells of its library as it happens: how far it is with reading it, and that it
 * has changed. A server without such an address, and a browser without EventSource, tell nothing.
 */
import { parseGrowth, type Growth } from './library-growth';

/** What is needed of an EventSource. */
export type EventStream = {
  /** As of an EventSource: STREAM_CLOSED when the browser has given it up. */
  readonly readyState: number;
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

/** A stream that the server has refused is asked for again after so long. */
export const REOPEN_MS = 30_000;
/** EventSource.CLOSED, also where there is no EventSource. */
export const STREAM_CLOSED = 2;

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

/**
 * Tells until the function is called that is returned. While the page is hidden there is no stream,
 * since each takes one of the few connections that a browser has for a host; what has changed
 * meanwhile is told when the page is seen again.
 */
export const listenToLibrary = (
  open: OpenEventStream,
  { onGrowth, onChange }: LibraryListener,
): (() => void) => {
  if (!open) return () => undefined;
  // Outlives the streams: the next one tells what is there, changed or not.
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
  const hear = (event: Event): void => {
    const etag = etagOf(parsed(event));
    if (etag === null || etag === known) return;
    const isFirst = known === null;
    known = etag;
    // What was there when the page came is what it has listed.
    if (!isFirst) tell();
  };
  const stopStream = keepStreamOpen(open, (stream) => {
    stream.addEventListener('scan', (event) => onGrowth(parseGrowth(parsed(event))));
    stream.addEventListener('changed', hear);
  });
  return () => {
    stopStream();
    window.clearTimeout(timer);
  };
};

/** While the page is seen; a browser gives a stream up that the server refuses. */
const keepStreamOpen = (
  open: NonNullable<OpenEventStream>,
  connect: (stream: EventStream) => void,
): (() => void) => {
  let stream: EventStream | null = null;
  let timer: number | undefined;
  const stop = (): void => {
    window.clearTimeout(timer);
    stream?.close();
    stream = null;
  };
  const start = (): void => {
    stop();
    const opened = open(EVENTS_URL);
    stream = opened;
    connect(opened);
    opened.addEventListener('error', () => {
      if (stream !== opened || opened.readyState !== STREAM_CLOSED) return;
      window.clearTimeout(timer);
      timer = window.setTimeout(start, REOPEN_MS);
    });
  };
  const follow = (): void => {
    if (document.visibilityState === 'hidden') stop();
    else start();
  };
  document.addEventListener('visibilitychange', follow);
  follow();
  return () => {
    document.removeEventListener('visibilitychange', follow);
    stop();
  };
};
