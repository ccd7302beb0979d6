/** Turns beats into seconds: tempo, swing, a slowing end, and the small errors of a human hand. */
export class Clock {
  /**
   * @param {object} options
   * @param {number} options.bpm beats in a minute
   * @param {number} options.beatsPerBar
   * @param {number} [options.startSeconds] time of beat 0
   * @param {number} [options.swing] how late the off sixteenth comes, share of a sixteenth
   * @param {{fromBeat: number, toBeat: number, factor: number}} [options.ritardando] over these
   *   beats the beat grows evenly to `factor` times its length, and stays so
   */
  constructor({ bpm, beatsPerBar, startSeconds = 0.1, swing = 0, ritardando = null }) {
    this.beatSeconds = 60 / bpm;
    this.beatsPerBar = beatsPerBar;
    this.startSeconds = startSeconds;
    this.swing = swing;
    this.ritardando = ritardando;
  }

  /** @returns {number} seconds of a beat counted from the start, fractions included */
  at(beat) {
    let swung = beat;
    const sixteenth = beat * 4;
    if (this.swing > 0 && Math.round(sixteenth) % 2 === 1) swung += this.swing / 4;
    return this.startSeconds + this.stretched(swung) * this.beatSeconds;
  }

  /** @returns {number} seconds of a beat of a bar, both counted from 0 */
  bar(bar, beat = 0) {
    return this.at(bar * this.beatsPerBar + beat);
  }

  stretched(beat) {
    if (!this.ritardando || beat <= this.ritardando.fromBeat) return beat;
    const { fromBeat, toBeat, factor } = this.ritardando;
    const span = toBeat - fromBeat;
    const inside = Math.min(beat, toBeat) - fromBeat;
    const slowed = fromBeat + inside + ((factor - 1) * inside * inside) / (2 * span);
    return slowed + Math.max(0, beat - toBeat) * factor;
  }
}

/**
 * @param {import('../synth/random.mjs').Random} random
 * @param {{timing: number, touch: number}} spread deviation of the time in seconds and of the
 *   velocity as a share
 * @returns {(note: object) => object} the note a little early or late, softer or harder
 */
export function human(random, { timing, touch }) {
  return (note) => ({
    ...note,
    time: Math.max(0, note.time + random.normal() * timing),
    velocity: Math.min(1, note.velocity * (1 + random.normal() * touch)),
  });
}
