/** The three kinds of files and folders that browsers hand out, in the form that walk.ts takes. */
import type { DroppedItem } from '../dropped-items';
import type { FileNode, LocalNode } from './walk';

export const fileNode = (file: File): FileNode => ({
  kind: 'file',
  name: file.name,
  open: () => Promise.resolve(file),
  handle: null,
});

/** Iteration is not in every library of types. */
type IterableFolder = FileSystemDirectoryHandle & {
  values(): AsyncIterable<FileSystemHandle>;
};

async function* childrenOf(folder: FileSystemDirectoryHandle): AsyncIterable<LocalNode> {
  for await (const handle of (folder as IterableFolder).values()) yield handleNode(handle);
}

const isFile = (handle: FileSystemHandle): handle is FileSystemFileHandle => handle.kind === 'file';
const isFolder = (handle: FileSystemHandle): handle is FileSystemDirectoryHandle =>
  handle.kind === 'directory';

export const handleNode = (handle: FileSystemHandle): LocalNode => {
  const { name } = handle;
  if (isFile(handle)) return { kind: 'file', name, open: () => handle.getFile(), handle };
  const children = (): AsyncIterable<LocalNode> => childrenOf(handle as FileSystemDirectoryHandle);
  return { kind: 'folder', name, children, handle: isFolder(handle) ? handle : null };
};

/** A folder is told in parts; the last one is empty. */
async function* entriesOf(folder: FileSystemDirectoryEntry): AsyncIterable<LocalNode> {
  const reader = folder.createReader();
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (part.length === 0) return;
    for (const entry of part) yield entryNode(entry);
  }
}

const entryNode = (entry: FileSystemEntry): LocalNode => {
  const { name } = entry;
  if (entry.isDirectory) {
    const children = (): AsyncIterable<LocalNode> => entriesOf(entry as FileSystemDirectoryEntry);
    return { kind: 'folder', name, children, handle: null };
  }
  const open = (): Promise<File> =>
    new Promise((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
  return { kind: 'file', name, open, handle: null };
};

/** By the best that the browser has. */
export const droppedNodes = async (items: readonly DroppedItem[]): Promise<LocalNode[]> => {
  const nodes = await Promise.all(
    items.map(async ({ handle: finding, entry, file }) => {
      const handle = await finding;
      if (handle) return handleNode(handle);
      // A plain File of a folder is no file.
      if (entry?.isDirectory === true || !file) return entry && entryNode(entry);
      return fileNode(file);
    }),
  );
  return nodes.filter((node) => node !== null);
};
