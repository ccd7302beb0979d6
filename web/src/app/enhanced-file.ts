/** Puts the pieces of an enhanced file together, as the command line writes it into a file. */
import type { EngineClient } from '../engine/engine-client';
import type { FilePiece } from '../engine/file-protocol';
import { FileRendering, type FileWish } from '../engine/file-rendering';
import { MIME_TYPE } from '../shared/output-type';
import { OUTPUT_RATE_HZ } from '../shared/units';

/** More than that lies in blobs, which browsers can keep outside the page's memory. */
const LOOSE_BYTES_MAX = 4 * 1024 * 1024;

/** How often it is looked whether the music has sound enough. */
const CALM_MS = 250;

export type FileProgress = {
  /** [0, 1] of the track. */
  readonly done: number;
  /** `server`: the connection is lost. It goes on by itself. */
  readonly waitsFor: 'nothing' | 'server' | 'music';
};

export type FileSurroundings = {
  /** What is heard can spare the network for a while. */
  readonly isCalm: () => boolean;
  readonly tell: (progress: FileProgress) => void;
};

export type EnhancedFile = {
  readonly blob: Blob;
  /** Where the original is cut off; null: it is whole. */
  readonly endsEarlySeconds: number | null;
};

/** `signal`: gives it up. */
export const makeEnhancedFile = async (
  engine: Pick<EngineClient, 'call' | 'createSession'>,
  wish: FileWish,
  signal: AbortSignal,
  { isCalm, tell }: FileSurroundings,
): Promise<EnhancedFile> => {
  let done = 0;
  /** Before each piece, so that the file takes the link from nobody who listens. */
  const untilCalm = async (): Promise<void> => {
    while (!signal.aborted && !isCalm()) {
      tell({ done, waitsFor: 'music' });
      await new Promise((resolve) => setTimeout(resolve, CALM_MS));
    }
    tell({ done, waitsFor: 'nothing' });
  };
  await untilCalm();
  const file = await FileRendering.open(engine, wish, signal, (event) => {
    if (event.event === 'network')
      tell({ done, waitsFor: event.attempt > 0 ? 'server' : 'nothing' });
  });
  let parts: BlobPart[] = [];
  let looseBytes = 0;
  let last: FilePiece | null = null;
  for await (const piece of file.pieces()) {
    parts.push(piece.bytes);
    looseBytes += piece.bytes.byteLength;
    if (looseBytes > LOOSE_BYTES_MAX) {
      parts = [new Blob(parts)];
      looseBytes = 0;
    }
    last = piece;
    done = piece.framesTotal === 0 ? 0 : piece.framesDone / piece.framesTotal;
    if (piece.patches === null) await untilCalm();
  }
  return {
    blob: patched(new Blob(parts), last?.patches ?? []),
    endsEarlySeconds: last?.isTruncated === true ? last.framesDone / OUTPUT_RATE_HZ : null,
  };
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
  return new Blob(parts, { type: MIME_TYPE });
};
