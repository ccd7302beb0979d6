/** Files and folders of the listener's device, as browsers hand them out, in memory. */
import type { DroppedItem } from '../../web/src/app/dropped-items';

type Tree = { readonly [name: string]: Tree | string | null };

/** As the File and Directory Entries API has it; `null` in a tree cannot be read. */
export const entryOf = (name: string, content: Tree | string | null): FileSystemEntry => {
  if (content === null || typeof content === 'string') {
    const file = (resolve: (file: File) => void, reject: (error: unknown) => void): void => {
      if (content === null) reject(new DOMException('no', 'NotReadableError'));
      else resolve(new File([content], name, { lastModified: 1 }));
    };
    return { name, isFile: true, isDirectory: false, file } as unknown as FileSystemEntry;
  }
  const createReader = () => {
    // In parts of two, the last of which is empty.
    const left = Object.entries(content);
    const readEntries = (resolve: (entries: FileSystemEntry[]) => void): void =>
      resolve(left.splice(0, 2).map(([child, inner]) => entryOf(child, inner)));
    return { readEntries };
  };
  return { name, isFile: false, isDirectory: true, createReader } as unknown as FileSystemEntry;
};

/** As a browser without handles drops it. */
export const droppedEntry = (name: string, content: Tree | string): DroppedItem => {
  const entry = entryOf(name, content);
  const file = typeof content === 'string' ? new File([content], name, { lastModified: 1 }) : null;
  return { handle: Promise.resolve(null), entry, file };
};
