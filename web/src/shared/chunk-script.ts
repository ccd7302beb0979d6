/**
 * What the service worker and its second script, which has the engine, know of each other. Apart,
 * the second one costs nothing until somebody asks for enhanced sound by an address. Pure.
 */

/** What the script is given when it has loaded. */
export type ChunkSetup = {
  /** engine.wasm, of the script's own build. */
  readonly fetchWasm: () => Promise<Response>;
  /** An original, from the device where it is kept, else from the server. */
  readonly fetchOriginal: (url: string, init: RequestInit) => Promise<Response>;
};

/** Answers what lies under CHUNK_ADDRESSES. `waitUntil`: what goes on behind the answer. */
export type AnswerChunks = (
  request: Request,
  waitUntil: (work: Promise<unknown>) => void,
) => Promise<Response>;

/** The script leaves this in the global scope. */
export type ChunkScope = { auralisChunks?: (setup: ChunkSetup) => AnswerChunks };
