/**
 * Takes in what is shared to the app, within limits, and sends the page to it; the page plays
 * nothing of it before the listener says so.
 *
 * What the system shares comes as a form that no page has sent. Any page can send such a form, too.
 * Before a service worker the browser tells of its sender, as far as there is one to tell of:
 * `Origin` (Chromium sets it early, the others behind us), the referrer, and whether it is for a
 * frame. `Sec-Fetch-Site`, which was made for this, is set behind us in Chromium and Firefox. Who
 * is told as foreign is sent away. A page that hides its name (`no-referrer`, a sandbox) looks as
 * the system does: that is what the limits and the listener's click are for.
 */
import {
  isLeft,
  readReport,
  REPORT_ADDRESS,
  responseOf,
  SHARE_FIELD,
  SHARE_LIMITS,
  sharedAddress,
  SHARED_CACHE,
  SHARED_PAGE,
  type ShareLimits,
  type ShareReport,
} from '../shared/shared-files';

export type SharedFilesOptions = {
  readonly caches: Pick<CacheStorage, 'open' | 'delete'>;
  /** What addresses are relative to. */
  readonly origin: string;
  /** Since 1970. */
  readonly nowMs: () => number;
  readonly limits?: ShareLimits;
};

/** The parts of a Request that tell who has sent it. */
export type SenderFacts = {
  readonly headers: Pick<Headers, 'get'>;
  readonly referrer: string;
  readonly destination: string;
};

const OWN_SITES: readonly (string | null)[] = [null, 'none', 'same-origin'];
/** `''`: the browser does not tell. */
const OWN_PLACES = ['', 'document'];

/** Known to come from a page of another origin, or for a frame in one. */
export const isForeign = (
  { headers, referrer, destination }: SenderFacts,
  own: string,
): boolean => {
  const sender = headers.get('Origin');
  // The system, or a page that hides itself.
  const isNamed = sender !== null && sender !== 'null';
  if (isNamed && sender !== own) return true;
  if (!OWN_SITES.includes(headers.get('Sec-Fetch-Site'))) return true;
  if (!OWN_PLACES.includes(destination)) return true;
  return /^https?:/.test(referrer) && new URL(referrer).origin !== own;
};

const REFUSED = `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta name="viewport" content="width=device-width" />
  <meta name="color-scheme" content="light dark" />
  <title>Not taken in</title>
  <style>
    body {
      max-width: 36em;
      margin: 15vh auto;
      padding: 0 1.5em;
      font: 1rem/1.5 system-ui, sans-serif;
    }
  </style>
  <h1>Nothing was taken in</h1>
  <p>Another website tried to hand files to this app. Only the apps of your device may do that.</p>
  <p><a href="/">Open the app</a></p>
</html>
`;

const refuse = (): Response =>
  new Response(REFUSED, {
    status: 403,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    },
  });

type Sorted = { readonly taken: readonly File[] } & Pick<
  ShareReport,
  'tooLargeCount' | 'tooManyCount'
>;

/** In turn, as far as they fit; what is too large leaves room for what comes behind it. */
const sort = (files: readonly File[], { countMax, bytesMax }: ShareLimits): Sorted => {
  const taken: File[] = [];
  let bytes = 0;
  let tooLargeCount = 0;
  let tooManyCount = 0;
  for (const file of files) {
    if (taken.length >= countMax) tooManyCount += 1;
    else if (bytes + file.size > bytesMax) tooLargeCount += 1;
    else {
      taken.push(file);
      bytes += file.size;
    }
  }
  return { taken, tooLargeCount, tooManyCount };
};

/** Once the browser has no room nothing more is tried. Returns how many there are. */
const putAll = async (
  files: readonly File[],
  cache: Pick<Cache, 'put'>,
  origin: string,
): Promise<number> => {
  for (const [index, file] of files.entries()) {
    try {
      await cache.put(new URL(sharedAddress(index), origin).href, responseOf(file));
    } catch {
      return index;
    }
  }
  return files.length;
};

const takeIn = async (
  request: Request,
  { caches, origin, nowMs, limits = SHARE_LIMITS }: SharedFilesOptions,
): Promise<void> => {
  // What was shared before was answered, or is not wanted any more.
  await caches.delete(SHARED_CACHE);
  const values = (await request.formData()).getAll(SHARE_FIELD);
  const files = values.filter((value) => value instanceof File);
  const { taken, ...passedOver } = sort(files, limits);
  const cache = await caches.open(SHARED_CACHE);
  const report = (takenCount: number, noRoomCount: number): Promise<void> => {
    const told: ShareReport = { receivedAtMs: nowMs(), takenCount, ...passedOver, noRoomCount };
    return cache.put(new URL(REPORT_ADDRESS, origin).href, Response.json(told));
  };
  // Before the files: whoever ends us meanwhile leaves nothing behind that lies there for ever.
  await report(0, taken.length);
  const takenCount = await putAll(taken, cache, origin);
  await report(takenCount, taken.length - takenCount);
};

/** Where nothing could be kept (a full disk) the page finds nothing, and says so. */
export const receiveShared = async (
  request: Request,
  options: SharedFilesOptions,
): Promise<Response> => {
  const { origin } = options;
  if (isForeign(request, origin)) return refuse();
  await takeIn(request, options).catch(() => undefined);
  // By GET: going back or loading again shares nothing anew.
  return Response.redirect(new URL(SHARED_PAGE, origin).href, 303);
};

/** What was shared long ago, and nobody has answered. */
export const clearLeft = async ({
  caches,
  origin,
  nowMs,
}: Pick<SharedFilesOptions, 'origin' | 'nowMs'> & {
  readonly caches: Pick<CacheStorage, 'has' | 'open' | 'delete'>;
}): Promise<void> => {
  if (!(await caches.has(SHARED_CACHE))) return;
  const cache = await caches.open(SHARED_CACHE);
  const report = await readReport(await cache.match(new URL(REPORT_ADDRESS, origin).href));
  if (report && isLeft(report, nowMs())) await caches.delete(SHARED_CACHE);
};
