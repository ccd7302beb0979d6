/** What the browser allows with a handle (File System Access, section 3). */

export type Permission = 'granted' | 'denied' | 'prompt';

/** Not in the library of types, nor in every browser that has handles. */
type AskableHandle = FileSystemHandle & {
  queryPermission?: (mode: { mode: 'read' }) => Promise<Permission>;
  requestPermission?: (mode: { mode: 'read' }) => Promise<Permission>;
};

const MODE = { mode: 'read' } as const;

/** Without asking the listener. */
export const mayRead = async (handle: AskableHandle): Promise<boolean> =>
  ((await handle.queryPermission?.(MODE)) ?? 'granted') === 'granted';

/** The browser asks the listener where it has to; only within a click. */
export const askToRead = async (handle: AskableHandle): Promise<boolean> => {
  if (await mayRead(handle)) return true;
  try {
    return (await handle.requestPermission?.(MODE)) === 'granted';
  } catch {
    // The click is too long ago.
    return false;
  }
};
