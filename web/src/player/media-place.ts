/** Where a track lies on the timeline: track time to media time and back. */
import type { Carry } from '../engine/engine-protocol';
import { OUTPUT_RATE_HZ } from '../shared/units';
import type { Placement } from './media-source-sink';
import type { TimeRange } from './source-buffer-queue';

/** A packet lasts 20 ms. */
export const PACKET_US = 20_000;

export class MediaPlace {
  /** Media time of the track's frame 0. */
  readonly beginUs: number;
  /** Media time of its first packet: earlier where that begins with frames of the track before. */
  readonly packetsUs: number;
  /** Media time of what follows; null: nothing does yet. */
  #cutUs: number | null = null;

  /**
   * `beginUs` and `packetsUs` of a track that carries nothing are one: whole microseconds, or
   * browsers lose samples at joins.
   */
  constructor(beginUs: number, packetsUs = beginUs) {
    this.beginUs = beginUs;
    this.packetsUs = packetsUs;
  }

  get beginSeconds(): number {
    return this.beginUs / 1e6;
  }

  /** Of the frame behind the last one; what is no whole microsecond is rounded up. */
  endUs(trackSeconds: number): number {
    return this.beginUs + Math.ceil(trackSeconds * 1e6 - 1e-3);
  }

  /**
   * The place of the track that follows in whole packets, the first of which begin with what is
   * left of this one. Nothing of this track may be put in behind that any more.
   */
  continueWith({ packetCount, frameCount }: Carry): MediaPlace {
    const packetsUs = this.packetsUs + packetCount * PACKET_US;
    this.#cutUs = packetsUs;
    return new MediaPlace(packetsUs + (frameCount / OUTPUT_RATE_HZ) * 1e6, packetsUs);
  }

  /** Track time from which on nothing is put in; Infinity: there is no such. */
  get cutSeconds(): number {
    return this.#cutUs === null ? Infinity : this.toTrack(this.#cutUs / 1e6);
  }

  /**
   * Of the track's clusters. The window cuts the padding off the last packet where the browser can
   * cut inside of one (`trackSeconds`), and what another track has taken.
   */
  placement(trackSeconds: number | null): Placement {
    const endUs = trackSeconds === null ? Infinity : this.endUs(trackSeconds);
    return {
      offsetSeconds: this.packetsUs / 1e6,
      windowStartSeconds: this.packetsUs / 1e6,
      windowEndSeconds: Math.min(endUs, this.#cutUs ?? Infinity) / 1e6,
    };
  }

  /** Of a first cluster that has one packet more in front, which is not heard. */
  leadPlacement(trackSeconds: number): Placement {
    const offsetSeconds = (this.packetsUs - PACKET_US) / 1e6;
    return { ...this.placement(trackSeconds), offsetSeconds };
  }

  toMedia(trackSeconds: number): number {
    return this.beginSeconds + trackSeconds;
  }

  /** To the microsecond, as browsers count media time: no dust of the subtraction. */
  toTrack(mediaSeconds: number): number {
    return Math.round(mediaSeconds * 1e6 - this.beginUs) / 1e6;
  }

  /** What of a range is the track's own: behind its cut lies the sound of another one. */
  toMediaRange({ startSeconds, endSeconds }: TimeRange): TimeRange {
    const ownEnd = Math.min(this.toMedia(endSeconds), (this.#cutUs ?? Infinity) / 1e6);
    return { startSeconds: this.toMedia(startSeconds), endSeconds: ownEnd };
  }

  toTrackRange({ startSeconds, endSeconds }: TimeRange): TimeRange {
    return { startSeconds: this.toTrack(startSeconds), endSeconds: this.toTrack(endSeconds) };
  }
}
