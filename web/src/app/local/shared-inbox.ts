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

/**
 * All of it; it stays there until the listener has answered, so that a reload loses nothing. What
 * lies there from long ago is given up unseen. `nowMs`: since 1970.
 */
export const readShared = async (caches: CacheStorage, nowMs: number): Promise<Shared> => {
  const files: File[] = [];
  // What is opened would be made.
  if (!(await caches.has(SHARED_CACHE))) return { files, report: null };
  const cache = await caches.open(SHARED_CACHE);
  const report = await readReport(await cache.match(REPORT_ADDRESS));
  // One that is on its way has none yet.
  if (!report) return { files, report };
  if (isLeft(report, nowMs)) {
    await caches.delete(SHARED_CACHE);
    return { files, report: null };
  }
  for (let index = 0; index < report.takenCount; index += 1) {
    const response = await cache.match(sharedAddress(index));
    if (response) files.push(await fileOf(response));
  }
  return { files, report };
};

/** What this report was of; another share may have taken its place, and waits for its own page. */
export const clearShared = async (
  caches: CacheStorage,
  { receivedAtMs, takenCount }: ShareReport,
): Promise<void> => {
  if (!(await caches.has(SHARED_CACHE))) return;
  const cache = await caches.open(SHARED_CACHE);
  const now = await readReport(await cache.match(REPORT_ADDRESS));
  const isSame = now?.receivedAtMs === receivedAtMs && now.takenCount === takenCount;
  if (isSame) await caches.delete(SHARED_CACHE);
};
