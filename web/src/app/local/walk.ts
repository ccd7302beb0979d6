/**
 * Looks through files and folders for audio, in the natural order of their names, within limits:
 * somebody may drop the whole disk. In folders the names decide, and nothing but audio is opened:
 * on a slow drive each file takes its time. Knows nothing of the page.
 */
import { compareNames, isAudio, isHidden } from './audio-names';

export type FileNode = {
  readonly kind: 'file';
  readonly name: string;
  /** Rejects where it cannot be read. */
  readonly open: () => Promise<File>;
  /** By which it can be remembered; null: it cannot. */
  readonly handle: FileSystemFileHandle | null;
};

export type FolderNode = {
  readonly kind: 'folder';
  readonly name: string;
  readonly children: () => AsyncIterable<LocalNode>;
  readonly handle: FileSystemDirectoryHandle | null;
};

export type LocalNode = FileNode | FolderNode;

export type FoundFile = {
  /** The name behind those of the folders that were walked; separated by `/`. */
  readonly path: string;
  readonly file: File;
  readonly handle: FileSystemFileHandle | null;
  /** What was opened: the file itself, or the folder that it was found in. */
  readonly root: FileSystemHandle | null;
};

export type Walked = {
  readonly files: readonly FoundFile[];
  /** Names of files that are no audio. */
  readonly passedOver: readonly string[];
  /** Files and folders. */
  readonly unreadableCount: number;
  /** There is more than the limits allow. */
  readonly isCut: boolean;
};

/** How far a walk is. */
export type WalkProgress = {
  /** Files and folders. */
  readonly lookedCount: number;
  readonly foundCount: number;
};

export type WalkOptions = {
  readonly limits?: WalkLimits;
  /** Then the walk rejects, whatever the drive is doing. */
  readonly signal?: AbortSignal;
  /** Hears of each file and folder. */
  readonly onProgress?: (progress: WalkProgress) => void;
};

export type WalkLimits = {
  readonly fileCountMax: number;
  /** Files and folders that are looked at. */
  readonly nodeCountMax: number;
  readonly depthMax: number;
};

export const WALK_LIMITS: WalkLimits = { fileCountMax: 1000, nodeCountMax: 20_000, depthMax: 16 };

class Walk {
  readonly files: FoundFile[] = [];
  readonly passedOver: string[] = [];
  unreadableCount = 0;
  isCut = false;
  #nodeCount = 0;
  readonly #limits: WalkLimits;
  readonly #signal: AbortSignal | undefined;
  readonly #onProgress: (progress: WalkProgress) => void;

  constructor({ limits = WALK_LIMITS, signal, onProgress }: WalkOptions) {
    this.#limits = limits;
    this.#signal = signal;
    this.#onProgress = onProgress ?? (() => undefined);
  }

  /** `way`: names of the folders above, each with its `/`. */
  async visit(
    nodes: AsyncIterable<LocalNode> | Iterable<LocalNode>,
    way: string,
    depth: number,
    root: FileSystemHandle | null,
  ): Promise<void> {
    const listed: LocalNode[] = [];
    for await (const node of nodes) {
      this.#check();
      if (this.#nodeCount >= this.#limits.nodeCountMax) {
        this.isCut = true;
        break;
      }
      this.#nodeCount += 1;
      this.#tell();
      if (!isHidden(node.name)) listed.push(node);
    }
    listed.sort((a, b) => compareNames(a.name, b.name));
    for (const node of listed) {
      this.#check();
      try {
        if (node.kind === 'file') await this.#take(node, way, depth, root ?? node.handle);
        else await this.#enter(node, way, depth, root ?? node.handle);
      } catch {
        this.#check();
        this.unreadableCount += 1;
      }
    }
  }

  async #take(
    { name, open, handle }: FileNode,
    way: string,
    depth: number,
    root: FileSystemHandle | null,
  ): Promise<void> {
    const isNamedAudio = isAudio(name, '');
    // What somebody has picked out by hand may be audio under any name.
    if (!isNamedAudio && depth > 0) {
      this.passedOver.push(name);
      return;
    }
    if (this.files.length >= this.#limits.fileCountMax) {
      this.isCut = true;
      return;
    }
    const file = await open();
    if (isNamedAudio || isAudio(name, file.type)) {
      this.files.push({ path: `${way}${name}`, file, handle, root });
    } else this.passedOver.push(name);
    this.#tell();
  }

  async #enter(
    { name, children }: FolderNode,
    way: string,
    depth: number,
    root: FileSystemHandle | null,
  ): Promise<void> {
    if (depth >= this.#limits.depthMax) this.isCut = true;
    else await this.visit(children(), `${way}${name}/`, depth + 1, root);
  }

  #check(): void {
    if (this.#signal?.aborted === true) throw new DOMException('stopped', 'AbortError');
  }

  #tell(): void {
    this.#onProgress({ lookedCount: this.#nodeCount, foundCount: this.files.length });
  }
}

/** A drive that does not answer is not waited for. */
const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const stop = (): void => reject(new DOMException('stopped', 'AbortError'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });

export const walk = async (
  nodes: Iterable<LocalNode>,
  options: WalkOptions = {},
): Promise<Walked> => {
  const looking = new Walk(options);
  const visit = looking.visit(nodes, '', 0, null);
  const { signal } = options;
  await (signal ? Promise.race([visit, untilAborted(signal)]) : visit);
  const { files, passedOver, unreadableCount, isCut } = looking;
  return { files, passedOver, unreadableCount, isCut };
};
