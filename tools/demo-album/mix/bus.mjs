/** A stereo track of 32-bit floats that instruments add to and effects work on. */
export class StereoBus {
  /**
   * @param {number} rateHz sample rate
   * @param {number} frames length; what is added beyond it is dropped
   */
  constructor(rateHz, frames) {
    this.rateHz = rateHz;
    this.frames = frames;
    this.left = new Float32Array(frames);
    this.right = new Float32Array(frames);
  }

  /**
   * Adds one channel at a place in the stereo field (equal power).
   * @param {Float32Array} mono samples
   * @param {number} timeSeconds start, rounded to a frame
   * @param {number} gain linear
   * @param {number} pan -1 (left) to 1 (right)
   */
  add(mono, timeSeconds, gain, pan) {
    const start = Math.round(timeSeconds * this.rateHz);
    const angle = ((pan + 1) * Math.PI) / 4;
    const leftGain = Math.cos(angle) * gain * Math.SQRT2;
    const rightGain = Math.sin(angle) * gain * Math.SQRT2;
    const from = Math.max(0, -start);
    const to = Math.min(mono.length, this.frames - start);
    for (let index = from; index < to; index += 1) {
      this.left[start + index] += mono[index] * leftGain;
      this.right[start + index] += mono[index] * rightGain;
    }
  }

  /**
   * Adds another bus of the same rate.
   * @param {StereoBus} other
   * @param {number} gain linear
   * @returns {this}
   */
  mix(other, gain = 1) {
    const frames = Math.min(this.frames, other.frames);
    for (let frame = 0; frame < frames; frame += 1) {
      this.left[frame] += other.left[frame] * gain;
      this.right[frame] += other.right[frame] * gain;
    }
    return this;
  }
}
