/**
 * Writes FILE.br beside every text and WASM file of dist/, so that the server can send the small
 * form without computing anything.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';

const DIST_DIR = fileURLToPath(new URL('../dist/', import.meta.url));
const COMPRESSED_TYPES = new Set('.js .mjs .css .html .wasm .svg .json .webmanifest'.split(' '));
const compress = promisify(brotliCompress);

let rawBytes = 0;
let compressedBytes = 0;
for (const entry of await readdir(DIST_DIR, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !COMPRESSED_TYPES.has(extname(entry.name))) continue;
  const path = join(entry.parentPath, entry.name);
  const raw = await readFile(path);
  const packed = await compress(raw, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
    },
  });
  await writeFile(`${path}.br`, packed);
  rawBytes += raw.length;
  compressedBytes += packed.length;
}
process.stdout.write(`dist: ${rawBytes} bytes, brotli ${compressedBytes} bytes\n`);
