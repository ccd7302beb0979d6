/**
 * Files that another app shares to the installed one (Web Share Target): the service worker takes
 * them in, the page fetches them from a cache of their own, once. What both know. Pure.
 */
import { CACHE_PREFIX } from './offline-protocol';

/** As in the manifest: where shared files are sent, and in which field. */
export const SHARE_PATH = '/share';
export const SHARE_FIELD = 'files';
/** Where the page opens then. */
export const SHARED_PAGE = '/?open=shared';

export const SHARED_CACHE = `${CACHE_PREFIX}shared-1`;
/** More at once are cut off: each is copied into the browser's own storage. */
export const SHARED_COUNT_MAX = 100;

const NAME_HEADER = 'X-Auralis-Name';
const MODIFIED_HEADER = 'X-Auralis-Modified-Ms';

/** In the cache, in the order in which they were shared. */
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
