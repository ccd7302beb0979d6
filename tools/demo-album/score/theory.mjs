/** Notes, chords and the small text notation in which the melodies are written. */

const SEMITONES = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

/**
 * @param {string} name such as 'F#4' or 'Bb3'; C4 is MIDI note 60
 * @returns {number} MIDI note number
 */
export function midi(name) {
  const match = /^([A-G])([#b]?)(-?\d)$/.exec(name);
  if (!match) throw new Error(`'${name}' is not a note`);
  const accidental = match[2] === '#' ? 1 : match[2] === 'b' ? -1 : 0;
  return 12 * (Number(match[3]) + 1) + SEMITONES[match[1]] + accidental;
}

/** @returns {number} Hz in equal temperament, A4 = 440 Hz */
export function pitch(midiNote) {
  return 440 * 2 ** ((midiNote - 69) / 12);
}

/**
 * @param {string} names such as 'D3 A3 C#4'
 * @returns {number[]} MIDI notes, in the order written
 */
export function chord(names) {
  return names.trim().split(/\s+/).map(midi);
}

/**
 * Reads a melody: `NOTE:BEATS` or `r:BEATS` (rest), bars divided by `|`.
 * @param {string} text such as 'D5:2 B4:1 | r:1 G4:2'
 * @param {number} beatsPerBar each bar must fill exactly
 * @returns {Array<{beat: number, beats: number, note: number}>} beats from the start
 * @throws {Error} that names the bar which does not fill, so that a slip of the pen is found
 */
export function phrase(text, beatsPerBar) {
  const notes = [];
  text.split('|').forEach((bar, barIndex) => {
    let beat = 0;
    for (const word of bar.trim().split(/\s+/)) {
      const [name, length] = word.split(':');
      const beats = Number(length);
      if (!(beats > 0)) throw new Error(`'${word}' has no length`);
      if (name !== 'r')
        notes.push({ beat: barIndex * beatsPerBar + beat, beats, note: midi(name) });
      beat += beats;
    }
    if (Math.abs(beat - beatsPerBar) > 1e-9) {
      throw new Error(`bar ${barIndex + 1} of '${bar.trim()}' has ${beat} beats`);
    }
  });
  return notes;
}

/**
 * Reads a drum line of sixteenths: `x` normal, `X` accented, `o` soft, `.` silent; spaces are free.
 * @returns {Array<{beat: number, velocity: number}>} beats within the bar
 */
export function rhythm(text) {
  const velocities = { X: 1, x: 0.75, o: 0.45 };
  return [...text.replace(/\s/g, '')].flatMap((mark, index) =>
    mark in velocities ? [{ beat: index / 4, velocity: velocities[mark] }] : [],
  );
}
