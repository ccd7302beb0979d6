/** Where a track lies on the timeline: track time to media time and back. */
import type { Placement } from './media-source-sink';
import type { TimeRange } from './source-buffer-queue';

const LEAD_SECONDS = 0.02;
const PACKET_US = 20_000;
/** Of the Opus encoder: 312 frames (engine/base/output_format.h). */
const LOOKAHEAD_US = 6_500;

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

  /** Nothing of the track may be put in behind this; null: everything may. */
  cutAt(mediaUs: number | null): void {
    this.#cutUs = mediaUs;
  }

  /** Track time from which on nothing is put in; Infinity: there is no such. */
  get cutSeconds(): number {
    return this.#cutUs === null ? Infinity : this.toTrack(this.#cutUs / 1e6);
  }

  /**
   * Where the next track's packets begin, when they begin with what is left of this one: behind the
   * last packet that needs nothing of what follows (engine/session/carry.h).
   */
  carryUs(trackSeconds: number): number {
    const wholeUs = this.endUs(trackSeconds) - this.packetsUs - LOOKAHEAD_US;
    return this.packetsUs + Math.max(0, Math.floor(wholeUs / PACKET_US)) * PACKET_US;
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
  leadPlacement(trackSeconds: number | null): Placement {
    const placement = this.placement(trackSeconds);
    // Not less exact than the sum of microseconds.
    const offsetSeconds = (this.packetsUs - LEAD_SECONDS * 1e6) / 1e6;
    return { ...placement, offsetSeconds };
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
