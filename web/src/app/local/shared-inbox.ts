/** What the service worker took in of another app (shared/shared-files.ts). */
import { fileOf, sharedAddress, SHARED_CACHE, SHARED_COUNT_MAX } from '../../shared/shared-files';

/** All of it, once. */
export const takeShared = async (caches: CacheStorage): Promise<readonly File[]> => {
  const cache = await caches.open(SHARED_CACHE);
  const files: File[] = [];
  for (let index = 0; index < SHARED_COUNT_MAX; index += 1) {
    const response = await cache.match(sharedAddress(index));
    if (!response) break;
    files.push(await fileOf(response));
  }
  await caches.delete(SHARED_CACHE);
  return files;
};
