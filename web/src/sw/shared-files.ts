/** Takes in what is shared to the app, and sends the page to it. */
import {
  responseOf,
  SHARE_FIELD,
  sharedAddress,
  SHARED_COUNT_MAX,
  SHARED_PAGE,
} from '../shared/shared-files';

export type SharedFilesOptions = {
  /** An empty one. */
  readonly renewCache: () => Promise<Pick<Cache, 'put'>>;
  /** What addresses are relative to. */
  readonly origin: string;
};

/** Where nothing could be kept (a full disk) the page finds less, or nothing, and says so. */
export const receiveShared = async (
  request: Request,
  { renewCache, origin }: SharedFilesOptions,
): Promise<Response> => {
  try {
    const values = (await request.formData()).getAll(SHARE_FIELD);
    const files = values.filter((value) => value instanceof File).slice(0, SHARED_COUNT_MAX);
    const cache = await renewCache();
    for (const [index, file] of files.entries()) {
      await cache.put(new URL(sharedAddress(index), origin).href, responseOf(file));
    }
  } catch {
    // As above.
  }
  // By GET: going back or loading again shares nothing anew.
  return Response.redirect(new URL(SHARED_PAGE, origin).href, 303);
};
