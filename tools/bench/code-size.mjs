/** What a first visit downloads, in brotli bytes. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { ROOT, WEB_DIST, importFromWeb } from './support.mjs';

const brotliBytes = (raw) =>
  brotliCompressSync(raw, {
    params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
  }).length;

/** The player without React and the page around it. */
const bundlePlayer = async () => {
  const { build } = await importFromWeb('vite');
  const output = await build({
    configFile: false,
    logLevel: 'silent',
    root: join(ROOT, 'web'),
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      lib: { entry: join(ROOT, 'web/src/player/player.ts'), formats: ['es'], fileName: 'player' },
    },
  });
  const [{ output: files }] = Array.isArray(output) ? output : [output];
  return Buffer.concat(
    files.filter(({ type }) => type === 'chunk').map(({ code }) => Buffer.from(code)),
  );
};

/** {wasm, worker, player, page, serviceWorker}: brotli bytes. */
export const measureCodeSize = async () => {
  const folder = join(WEB_DIST, 'assets');
  const sizes = { wasm: 0, worker: 0, page: 0 };
  for (const name of await readdir(folder)) {
    const kind = name.endsWith('.wasm')
      ? 'wasm'
      : /worker.*\.js$/.test(name)
        ? 'worker'
        : /\.(js|css)$/.test(name)
          ? 'page'
          : null;
    if (kind) sizes[kind] += brotliBytes(await readFile(join(folder, name)));
  }
  const serviceWorker = brotliBytes(await readFile(join(WEB_DIST, 'sw.js')));
  return { ...sizes, serviceWorker, player: brotliBytes(await bundlePlayer()) };
};
