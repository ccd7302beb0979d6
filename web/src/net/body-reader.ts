/**
 * Reads the body of an answer piece by piece into one buffer, over and over, where the browser can
 * do that (a "bring your own buffer" reader, Streams standard section 4.5). Else every piece is an
 * array of its own, and tens of megabytes of them wait for the garbage collector.
 */
const PIECE_BYTES = 64 * 1024;

type Reader = {
  /** The next bytes, only valid until the next call; null at the end. */
  next(): Promise<Uint8Array | null>;
};

export const readBody = (body: ReadableStream<Uint8Array<ArrayBuffer>>): Reader => {
  let own: ReadableStreamBYOBReader;
  try {
    own = body.getReader({ mode: 'byob' });
  } catch {
    // TypeError: this browser's bodies are no byte streams.
    const plain = body.getReader();
    return { next: async () => (await plain.read()).value ?? null };
  }
  let buffer = new ArrayBuffer(PIECE_BYTES);
  const next = async (): Promise<Uint8Array | null> => {
    const { done, value } = await own.read(new Uint8Array(buffer));
    if (done) return null;
    // Reading transfers the buffer; it comes back with the bytes.
    buffer = value.buffer;
    return value;
  };
  return { next };
};
