/** Where a track lies on the timeline: track time to media time and back. Pure. */
import type { TimeRange } from './source-buffer-queue';

export class MediaPlace {
  /** Media time of the track's frame 0: whole microseconds, or browsers lose samples at joins. */
  readonly beginUs: number;

  constructor(beginUs: number) {
    this.beginUs = beginUs;
  }

  get beginSeconds(): number {
    return this.beginUs / 1e6;
  }

  /** Of the frame behind the last one; what is no whole microsecond is rounded up. */
  endUs(trackSeconds: number): number {
    return this.beginUs + Math.ceil(trackSeconds * 1e6 - 1e-3);
  }

  toMedia(trackSeconds: number): number {
    return this.beginSeconds + trackSeconds;
  }

  /** To the microsecond, as browsers count media time: no dust of the subtraction. */
  toTrack(mediaSeconds: number): number {
    return Math.round(mediaSeconds * 1e6 - this.beginUs) / 1e6;
  }

  toMediaRange({ startSeconds, endSeconds }: TimeRange): TimeRange {
    return { startSeconds: this.toMedia(startSeconds), endSeconds: this.toMedia(endSeconds) };
  }

  toTrackRange({ startSeconds, endSeconds }: TimeRange): TimeRange {
    return { startSeconds: this.toTrack(startSeconds), endSeconds: this.toTrack(endSeconds) };
  }
}
