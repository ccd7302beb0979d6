/**
 * Looks through files and folders for audio, in the natural order of their names, within limits:
 * somebody may drop the whole disk. Knows nothing of the page.
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

  constructor(limits: WalkLimits) {
    this.#limits = limits;
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
      if (this.#nodeCount >= this.#limits.nodeCountMax) {
        this.isCut = true;
        break;
      }
      this.#nodeCount += 1;
      if (!isHidden(node.name)) listed.push(node);
    }
    listed.sort((a, b) => compareNames(a.name, b.name));
    for (const node of listed) {
      try {
        if (node.kind === 'file') await this.#take(node, way, root ?? node.handle);
        else await this.#enter(node, way, depth, root ?? node.handle);
      } catch {
        this.unreadableCount += 1;
      }
    }
  }

  async #take(
    { name, open, handle }: FileNode,
    way: string,
    root: FileSystemHandle | null,
  ): Promise<void> {
    if (this.files.length >= this.#limits.fileCountMax) {
      this.isCut = true;
      return;
    }
    const file = await open();
    if (isAudio(name, file.type)) this.files.push({ path: `${way}${name}`, file, handle, root });
    else this.passedOver.push(name);
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
}

export const walk = async (
  nodes: Iterable<LocalNode>,
  limits: WalkLimits = WALK_LIMITS,
): Promise<Walked> => {
  const looking = new Walk(limits);
  await looking.visit(nodes, '', 0, null);
  const { files, passedOver, unreadableCount, isCut } = looking;
  return { files, passedOver, unreadableCount, isCut };
};
