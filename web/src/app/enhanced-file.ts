/** Puts the pieces of an enhanced file together, as the command line writes it into a file. */
import type { EngineClient, SessionListener } from '../engine/engine-client';
import type { FilePiece } from '../engine/file-protocol';
import { FileRendering, type FileWish } from '../engine/file-rendering';

export const FILE_TYPE = 'audio/webm';
/** More than that lies in blobs, which browsers keep on disk. */
const LOOSE_BYTES_MAX = 4 * 1024 * 1024;

export type FileProgress = {
  /** [0, 1] of the track. */
  readonly done: number;
  /** The connection is lost; it goes on when it is back. */
  readonly isWaiting: boolean;
};

/** `signal`: gives it up. */
export const makeEnhancedFile = async (
  engine: Pick<EngineClient, 'call' | 'createSession'>,
  wish: FileWish,
  signal: AbortSignal,
  onProgress: (progress: FileProgress) => void,
): Promise<Blob> => {
  let done = 0;
  const onEvent: SessionListener = (event) => {
    if (event.event === 'network') onProgress({ done, isWaiting: event.attempt > 0 });
  };
  const file = await FileRendering.open(engine, wish, signal, onEvent);
  let parts: BlobPart[] = [];
  let looseBytes = 0;
  let patches: NonNullable<FilePiece['patches']> = [];
  for await (const piece of file.pieces()) {
    parts.push(piece.bytes);
    looseBytes += piece.bytes.byteLength;
    if (looseBytes > LOOSE_BYTES_MAX) {
      parts = [new Blob(parts)];
      looseBytes = 0;
    }
    patches = piece.patches ?? [];
    done = piece.framesTotal === 0 ? 0 : piece.framesDone / piece.framesTotal;
    onProgress({ done, isWaiting: false });
  }
  return patched(new Blob(parts), patches);
};

/** The same bytes but for those of the patches, which lie apart from each other. */
const patched = (whole: Blob, patches: NonNullable<FilePiece['patches']>): Blob => {
  const parts: BlobPart[] = [];
  let begin = 0;
  for (const { offset, bytes } of [...patches].sort((a, b) => a.offset - b.offset)) {
    parts.push(whole.slice(begin, offset), bytes);
    begin = offset + bytes.byteLength;
  }
  parts.push(whole.slice(begin));
  return new Blob(parts, { type: FILE_TYPE });
};
