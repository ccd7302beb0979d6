/**
 * Files that another app shares to the installed one (Web Share Target): the service worker takes
 * them in, into a cache of their own, where they lie until the listener has said in a page what is
 * to become of them. What both know. Pure.
 *
 *   /share/0, /share/1, ...    the files, in the order in which they were shared
 *   /share/report              a ShareReport as JSON, written before the files and behind them
 */
import { CACHE_PREFIX } from './offline-protocol';

/** As in the manifest: where shared files are sent, and in which field. */
export const SHARE_PATH = '/share';
export const SHARE_FIELD = 'files';
/** Where the page opens then. */
export const SHARED_PAGE = '/?open=shared';

export const SHARED_CACHE = `${CACHE_PREFIX}shared-1`;

export type ShareLimits = { readonly countMax: number; readonly bytesMax: number };
/** Of one share: each file is copied into the browser's own storage. A long album of lossless
 *  files is some 500 MB. */
export const SHARE_LIMITS: ShareLimits = { countMax: 100, bytesMax: 1024 * 1024 * 1024 };

/** A page asks for an answer at once, and again after a reload; later nobody means it any more. */
const WAIT_MS_MAX = 600_000;

/** What became of a share. */
export type ShareReport = {
  /** Since 1970. */
  readonly receivedAtMs: number;
  readonly takenCount: number;
  /** Passed over: with them it would have been more bytes than the limit. */
  readonly tooLargeCount: number;
  /** Passed over: there were as many as the limit before them. */
  readonly tooManyCount: number;
  /** The browser had no room for them. */
  readonly noRoomCount: number;
};

/** Nobody wants it any more. A clock that was put back does not keep it for ever. */
export const isLeft = ({ receivedAtMs }: ShareReport, nowMs: number): boolean =>
  Math.abs(nowMs - receivedAtMs) > WAIT_MS_MAX;

export const REPORT_ADDRESS = `${SHARE_PATH}/report`;

const NAME_HEADER = 'X-Auralis-Name';
const MODIFIED_HEADER = 'X-Auralis-Modified-Ms';

/** In the cache. */
export const sharedAddress = (index: number): string => `${SHARE_PATH}/${index}`;

export const responseOf = (file: File): Response =>
  new Response(file, {
    headers: {
      'Content-Type': file.type,
      [NAME_HEADER]: encodeURIComponent(file.name),
      [MODIFIED_HEADER]: String(file.lastModified),
    },
  });

export const fileOf = async (response: Response): Promise<File> => {
  const { headers } = response;
  const name = decodeURIComponent(headers.get(NAME_HEADER) ?? '');
  const lastModified = Number(headers.get(MODIFIED_HEADER));
  const type = headers.get('Content-Type') ?? '';
  return new File([await response.blob()], name, { type, lastModified });
};

/** null: nothing was shared. */
export const readReport = async (response: Response | undefined): Promise<ShareReport | null> =>
  // Nobody but this service worker writes it.
  response ? ((await response.json()) as ShareReport) : null;
