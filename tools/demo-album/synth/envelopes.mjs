/**
 * Envelopes. A note knows its length beforehand, so an envelope is a function of the frame and
 * always ends at exactly zero: no note can end in a click.
 */

export class Adsr {
  /**
   * @param {number} rateHz sample rate
   * @param {{attack: number, decay: number, sustain: number, release: number}} shape times in
   *   seconds (decay is the time to fall by 26 dB towards sustain), sustain in [0, 1]
   * @param {number} gateSeconds time from the note's start to its release
   */
  constructor(rateHz, { attack, decay, sustain, release }, gateSeconds) {
    this.attackFrames = Math.max(1, attack * rateHz);
    this.gateFrames = Math.max(this.attackFrames, Math.round(gateSeconds * rateHz));
    this.releaseFrames = Math.max(1, Math.round(release * rateHz));
    this.frames = Math.ceil(this.gateFrames + this.releaseFrames);
    this.sustain = sustain;
    this.decayFactor = Math.exp(-3 / Math.max(1, decay * rateHz));
    this.above = 1 - sustain;
    this.level = 0;
    this.frame = 0;
  }

  /** @returns {number} the level in [0, 1] of the next frame */
  next() {
    const frame = this.frame++;
    if (frame < this.attackFrames) {
      const left = 1 - frame / this.attackFrames;
      this.level = 1 - left * left;
      return this.level;
    }
    if (frame < this.gateFrames) {
      this.level = this.sustain + this.above;
      this.above *= this.decayFactor;
      return this.level;
    }
    const left = 1 - (frame - this.gateFrames) / this.releaseFrames;
    return left > 0 ? this.level * left * left * left : 0;
  }
}

/**
 * A value that moves along straight lines between points, for automation.
 * @param {Array<[number, number]>} points [position, value], positions ascending
 * @returns {(position: number) => number} constant before the first and after the last point
 */
export function breakpoints(points) {
  return (position) => {
    if (position <= points[0][0]) return points[0][1];
    for (let index = 1; index < points.length; index += 1) {
      const [to, value] = points[index];
      if (position < to) {
        const [from, before] = points[index - 1];
        return before + ((value - before) * (position - from)) / (to - from);
      }
    }
    return points[points.length - 1][1];
  };
}
