/** What lies in a DataTransfer, taken out while it may be: when the event is over it is empty. */

/** Of one thing that was dropped, whatever this browser has: each of them may be missing. */
export type DroppedItem = {
  /** Only this one can be remembered (File System Standard); Chromium. Never rejects. */
  readonly handle: Promise<FileSystemHandle | null>;
  /** File and Directory Entries API; everywhere. */
  readonly entry: FileSystemEntry | null;
  readonly file: File | null;
};

/** Not in the library of types. */
type HandleItem = DataTransferItem & {
  getAsFileSystemHandle?: () => Promise<FileSystemHandle | null>;
};

export const takeItems = ({ items }: Pick<DataTransfer, 'items'>): readonly DroppedItem[] =>
  [...items]
    .filter(({ kind }) => kind === 'file')
    .map((item: HandleItem) => ({
      handle: item.getAsFileSystemHandle?.().catch(() => null) ?? Promise.resolve(null),
      entry: item.webkitGetAsEntry(),
      file: item.getAsFile(),
    }));
