/** Commands for a whole track as one file, and their answers: a part of engine-protocol.ts. */
import type { Frames } from '../shared/units';
import type { EnhancementSettings, TrackInfo } from './engine-protocol';

export type FileCommand =
  /** The whole track as one file, behind everything that is played; its pieces come by `pull`. */
  | {
      readonly type: 'openFile';
      readonly session: number;
      readonly url: string;
      /** As for `open`. */
      readonly file?: Blob;
      readonly settings: EnhancementSettings;
    }
  /** The next piece of a file. One at a time; none after the last one. */
  | { readonly type: 'pull'; readonly session: number };

/** Some bytes of a file, each behind the ones before. */
export type FilePiece = {
  /** Transferred. */
  readonly bytes: ArrayBuffer;
  /** Of the track, in the file so far. */
  readonly framesDone: Frames;
  readonly framesTotal: Frames;
  /** Of the last piece: the original ends before its headers say, and so does the file. */
  readonly isTruncated: boolean;
  /** With the last piece, else null: what stands at these offsets of the whole file instead. With
   *  them it can be sought in; without, it is what a program writes into a pipe. */
  readonly patches: readonly { readonly offset: number; readonly bytes: ArrayBuffer }[] | null;
};

/** By the types of the commands. */
export type FileAnswers = {
  /** As soon as the headers are parsed. */
  openFile: TrackInfo;
  pull: FilePiece;
};
