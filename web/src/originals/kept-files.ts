/**
 * Answers requests for files that are kept whole, in the place of the server. What is kept is known
 * by a table in memory, which is read again when somebody says that it has changed. A storage that
 * fails or hangs costs the device's speed, and nothing else.
 */
import type { ByteRange } from '../shared/units';
import { answerFor, type FileAnswer, type FileRequest, type FileVersion } from './file-answer';
import { DamagedFileError, isWhole, type OriginalFiles } from './original-files';
import type { ChangedKeys } from './originals-channel';

export type KeptFilesOptions = {
  readonly files: Pick<OriginalFiles, 'list' | 'find' | 'read' | 'begin'>;
  /** What is kept of this one is damaged, and was thrown away. */
  readonly onDamaged: (key: string) => void;
  /** Resolves then. */
  readonly wait: (delayMs: number) => Promise<void>;
};

/** A storage that takes longer has nothing, for now. */
export const LIST_MS_MAX = 500;
export const READ_MS_MAX = 2000;
/** After a read has failed the server is asked for so long. */
export const AVOID_MS = 5000;

type Body = ReadableStream<Uint8Array<ArrayBuffer>>;
type Kept = { readonly key: string; readonly version: FileVersion };

const randomBoundary = (): string =>
  `part-${[...crypto.getRandomValues(new Uint32Array(4))]
    .map((part) => part.toString(16).padStart(8, '0'))
    .join('')}`;

export class KeptFiles {
  readonly #options: KeptFilesOptions;
  /** By key; null: not known yet. */
  #whole: ReadonlyMap<string, FileVersion> | null = null;
  #looking: Promise<void> = Promise.resolve();
  /** Reads of them have failed just now. */
  readonly #avoided = new Set<string>();

  constructor(options: KeptFilesOptions) {
    this.#options = options;
    void this.refresh(null);
  }

  /** What is kept has changed. One look after another: a newer one is not overtaken. */
  refresh(keys: ChangedKeys): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look(keys));
    return this.#looking;
  }

  async #look(keys: ChangedKeys): Promise<void> {
    const { files } = this.#options;
    const isAll = keys === null || this.#whole === null;
    try {
      const found = await (isAll ? files.list() : Promise.all(keys.map((key) => files.find(key))));
      const whole = new Map(isAll ? [] : this.#whole);
      for (const key of keys ?? []) whole.delete(key);
      for (const file of found) {
        if (file?.version && isWhole(file)) whole.set(file.key, file.version);
      }
      this.#whole = whole;
    } catch {
      // What was known stays.
      this.#whole ??= new Map();
    }
  }

  /** null: not known yet. */
  mayHave(key: string): boolean | null {
    return this.#whole && this.#whole.has(key) && !this.#avoided.has(key);
  }

  /** Of a file that is kept whole. */
  async versionOf(key: string): Promise<FileVersion | null> {
    if (this.#whole === null) {
      await Promise.race([this.#looking, this.#options.wait(LIST_MS_MAX)]);
      // Nobody waits for a storage twice.
      this.#whole ??= new Map();
    }
    return this.#avoided.has(key) ? null : (this.#whole.get(key) ?? null);
  }

  /** Null: it is not kept whole. `signal` ends the body as well. */
  async answer(
    key: string,
    request: FileRequest,
    signal: AbortSignal | null = null,
  ): Promise<Response | null> {
    const version = await this.versionOf(key);
    if (version === null) return null;
    const { status, headers, body } = answerFor(request, version, randomBoundary());
    const kept = { key, version };
    return new Response(body.length > 0 ? this.#bodyOf(kept, body, signal) : null, {
      status,
      headers: new Headers(headers.map(([name, value]): [string, string] => [name, value])),
    });
  }

  /** One piece after another, as they are taken. */
  #bodyOf(kept: Kept, parts: FileAnswer['body'], signal: AbortSignal | null): Body {
    const rest = [...parts];
    return new ReadableStream(
      {
        start: (controller) => {
          const stop = (): void => controller.error(new DOMException('aborted', 'AbortError'));
          signal?.addEventListener('abort', stop, { once: true });
        },
        pull: async (controller) => {
          const part = rest.shift();
          if (part === undefined) controller.close();
          else if (typeof part === 'string') controller.enqueue(new TextEncoder().encode(part));
          else {
            const bytes = await this.#take(kept, part);
            const next = part.begin + bytes.length;
            if (next < part.end) rest.unshift({ begin: next, end: part.end });
            controller.enqueue(bytes);
          }
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** The first bytes of `range`. */
  async #take({ key, version }: Kept, { begin, end }: ByteRange): Promise<Uint8Array<ArrayBuffer>> {
    const { files, onDamaged, wait } = this.#options;
    try {
      const late = wait(READ_MS_MAX).then(() => null);
      const bytes = await Promise.race([files.read(key, version, begin), late]);
      if (bytes === null) throw new Error('the kept file cannot be read');
      return bytes.subarray(0, end - begin);
    } catch (error) {
      // Whoever asks again asks the server, or finds the version that is there by then.
      this.#avoid(key);
      if (error instanceof DamagedFileError) {
        // It comes anew.
        await files.begin(key, version, null).catch(() => undefined);
        onDamaged(key);
      }
      void this.refresh([key]);
      throw error;
    }
  }

  #avoid(key: string): void {
    this.#avoided.add(key);
    void this.#options.wait(AVOID_MS).then(() => this.#avoided.delete(key));
  }
}
