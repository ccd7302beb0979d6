/** A ByteKeeper in front of another one, through which a test lets storage fail. */
import type { ByteKeeper, KeptBytes } from '../../web/src/store/byte-keeper';
import type { ChunkKey } from '../../web/src/store/keys';

export type KeeperCall = keyof ByteKeeper;

/** What happens to a call: whether it is passed on, and what is handed on of what it finds. */
export type Fault = {
  /** Throws, waits, or hangs. */
  readonly before?: (call: KeeperCall) => Promise<void> | void;
  /** Of bytes that were read. */
  readonly found?: (bytes: ArrayBuffer) => unknown;
};

export class FaultyKeeper implements ByteKeeper {
  readonly calls: KeeperCall[] = [];
  fault: Fault = {};
  readonly #keeper: ByteKeeper;

  constructor(keeper: ByteKeeper) {
    this.#keeper = keeper;
  }

  async listTracks(): Promise<readonly string[]> {
    await this.#begin('listTracks');
    return this.#keeper.listTracks();
  }

  async listFilled(): Promise<readonly string[]> {
    await this.#begin('listFilled');
    return this.#keeper.listFilled();
  }

  async readTrack(track: string): Promise<KeptBytes | null> {
    await this.#begin('readTrack');
    const found = await this.#keeper.readTrack(track);
    return found && { ...found, record: this.#found(found.record) };
  }

  async peekTrack(track: string): Promise<KeptBytes | null> {
    await this.#begin('peekTrack');
    const found = await this.#keeper.peekTrack(track);
    return found && { ...found, record: this.#found(found.record) };
  }

  async readChunk(key: ChunkKey): Promise<unknown> {
    await this.#begin('readChunk');
    return this.#found(await this.#keeper.readChunk(key));
  }

  async writeTrack(track: string, version: string, record: ArrayBuffer): Promise<void> {
    await this.#begin('writeTrack');
    await this.#keeper.writeTrack(track, version, record);
  }

  async writeChunk(key: ChunkKey, chunk: ArrayBuffer): Promise<boolean> {
    await this.#begin('writeChunk');
    return this.#keeper.writeChunk(key, chunk);
  }

  async removeChunk(key: ChunkKey): Promise<void> {
    await this.#begin('removeChunk');
    await this.#keeper.removeChunk(key);
  }

  async removeTrack(track: string): Promise<void> {
    await this.#begin('removeTrack');
    await this.#keeper.removeTrack(track);
  }

  async #begin(call: KeeperCall): Promise<void> {
    this.calls.push(call);
    await this.fault.before?.(call);
  }

  #found(value: unknown): unknown {
    const { found } = this.fault;
    return found && value instanceof ArrayBuffer ? found(value) : value;
  }
}
