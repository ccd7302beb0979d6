/**
 * The stamp beside the album: which sources and encoders made it and which files it consists of,
 * so that a second run has nothing to do.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const STAMP_NAME = '.auralis-demo.json';

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sources(path);
      return entry.name.endsWith('.mjs') ? [path] : [];
    });
}

/**
 * @param {string} folder of the generator
 * @param {object} encoders from findEncoders
 * @returns {string} hexadecimal SHA-256 over every source file and the encoders' versions
 */
export function fingerprint(folder, encoders) {
  const hash = createHash('sha256').update(JSON.stringify(encoders));
  for (const path of sources(folder)) {
    hash.update(`\0${path.slice(folder.length)}\0`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

/** @returns {{fingerprint: string, files: Array<{name: string, bytes: number}>} | null} */
export function readStamp(outFolder) {
  try {
    return JSON.parse(readFileSync(join(outFolder, STAMP_NAME), 'utf8'));
  } catch {
    // No stamp, or one cut short by a crash: either way the album must be made.
    return null;
  }
}

/** @returns {boolean} whether the stamp is of these sources and each of its files is there */
export function isCurrent(stamp, outFolder, expected) {
  if (!stamp || stamp.fingerprint !== expected || !Array.isArray(stamp.files)) return false;
  return stamp.files.every(({ name, bytes }) => {
    const found = statSync(join(outFolder, name), { throwIfNoEntry: false });
    return found !== undefined && found.size === bytes;
  });
}
