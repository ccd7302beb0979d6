/** How many bytes of chunks are kept. */

/** At 192 kbit/s, a day of music. */
export const LIMIT_BYTES_MAX = 2 * 2 ** 30;
/** Of what the browser grants the origin: others of it want some, too. */
export const GRANTED_PART = 0.25;
/** Where the browser does not say what it grants. */
export const LIMIT_BYTES_UNKNOWN = 128 * 2 ** 20;

/** `storage`: as navigator.storage, which is there in secure contexts only. */
export const storageLimitBytes = async (
  storage: Pick<StorageManager, 'estimate'> | undefined,
): Promise<number> => {
  try {
    const { quota } = (await storage?.estimate()) ?? {};
    if (quota === undefined) return LIMIT_BYTES_UNKNOWN;
    return Math.min(LIMIT_BYTES_MAX, Math.floor(quota * GRANTED_PART));
  } catch {
    return LIMIT_BYTES_UNKNOWN;
  }
};
