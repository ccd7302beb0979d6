/** What the service worker took in of another app (shared/shared-files.ts). */
import {
  fileOf,
  isLeft,
  readReport,
  REPORT_ADDRESS,
  sharedAddress,
  SHARED_CACHE,
  type ShareReport,
} from '../../shared/shared-files';

export type Shared = {
  readonly files: readonly File[];
  /** What became of the rest; null: nothing has arrived. */
  readonly report: ShareReport | null;
};

/** All of it, once. What lies there from long ago is given up unseen. `nowMs`: since 1970. */
export const takeShared = async (caches: CacheStorage, nowMs: number): Promise<Shared> => {
  const cache = await caches.open(SHARED_CACHE);
  const found = await readReport(await cache.match(REPORT_ADDRESS));
  const report = found && !isLeft(found, nowMs) ? found : null;
  const files: File[] = [];
  for (let index = 0; index < (report?.takenCount ?? 0); index += 1) {
    const response = await cache.match(sharedAddress(index));
    if (response) files.push(await fileOf(response));
  }
  await caches.delete(SHARED_CACHE);
  return { files, report };
};
