/**
 * Builds the page and its worker into dist/. The engine itself is built by CMake (preset `wasm`);
 * the worker imports it under names that do not depend on where the build put it:
 *
 *   import createEngine from 'auralis-engine';            // the module, engine.mjs
 *   import wasmUrl from 'auralis-engine/wasm?url';        // the address of engine.wasm
 *   import engineBuild from 'auralis-engine/build';       // a hash of engine.wasm
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { build, defineConfig, type Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

const ENGINE_DIR = fileURLToPath(new URL('../build/wasm/bin/', import.meta.url));
const WEB_DIR = fileURLToPath(new URL('./', import.meta.url));
const DIST_DIR = fileURLToPath(new URL('dist/', import.meta.url));
const REPOSITORY_DIR = fileURLToPath(new URL('..', import.meta.url));
const BUILD_TARGET = 'es2022';
const API_ORIGIN = process.env['AURALIS_API'] ?? 'http://127.0.0.1:8080';

/** Says in one line what is missing, instead of a failed import deep in the bundle. */
const requireEngine: Plugin = {
  name: 'auralis-require-engine',
  buildStart() {
    for (const name of ['engine.mjs', 'engine.wasm']) {
      if (!existsSync(`${ENGINE_DIR}${name}`)) {
        this.error(`build/wasm/bin/${name} is missing: build the engine first (make build).`);
      }
    }
  },
};

/** What the app needs to open without a server. Each file has its hash: see src/sw/shell.ts. */
const SHELL_FILES = ['index.html', 'favicon.svg', 'assets/*.{js,css,wasm}'];
const SHELL_FILE_BYTES_MAX = 8_000_000;

const integrityOf = (file: string): string =>
  `sha256-${createHash('sha256').update(readFileSync(file)).digest('base64')}`;

const BUILD_ID = 'auralis-engine/build';

/** 64 bits are enough: the engines that one browser meets are few. */
const engineBuild: Plugin = {
  name: 'auralis-engine-build',
  resolveId: (id) => (id === BUILD_ID ? `\0${BUILD_ID}` : null),
  load(id) {
    if (id !== `\0${BUILD_ID}`) return null;
    const path = `${ENGINE_DIR}engine.wasm`;
    this.addWatchFile(path);
    const hash = createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);
    return `export default ${JSON.stringify(hash)};`;
  },
};

const ENGINE_ALIASES = [
  { find: /^auralis-engine$/, replacement: `${ENGINE_DIR}engine.mjs` },
  { find: /^auralis-engine\/wasm\?url$/, replacement: `${ENGINE_DIR}engine.wasm?url` },
];

const CHUNK_SCRIPT_ID = 'auralis-chunk-script';
const CHUNK_SCRIPT_PREFIX = 'assets/sw-chunks-';
let chunkScriptFile = '';

/** Builds src/chunks as one classic script, which is all that a service worker can import. */
const chunkScript: Plugin = {
  name: 'auralis-chunk-script',
  apply: 'build',
  async generateBundle() {
    const result = await build({
      configFile: false,
      root: WEB_DIR,
      logLevel: 'warn',
      plugins: [engineBuild],
      resolve: { alias: ENGINE_ALIASES },
      build: {
        target: BUILD_TARGET,
        write: false,
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        rolldownOptions: {
          input: `${WEB_DIR}src/chunks/chunks.ts`,
          // A classic script has none; the glue is told where its file is.
          transform: { define: { 'import.meta': '{}' } },
          output: { format: 'iife', entryFileNames: `${CHUNK_SCRIPT_PREFIX}[hash].js` },
        },
      },
    });
    const { output } = [result].flat()[0] as Extract<typeof result, { output: unknown }>;
    const [script] = output;
    chunkScriptFile = script.fileName;
    this.emitFile({ type: 'asset', fileName: script.fileName, source: script.code });
  },
};

/** Tells the service worker's build, which comes later, where that script is. */
const chunkScriptName: Plugin = {
  name: 'auralis-chunk-script-name',
  resolveId: (id) => (id === CHUNK_SCRIPT_ID ? `\0${CHUNK_SCRIPT_ID}` : null),
  load: (id) =>
    id === `\0${CHUNK_SCRIPT_ID}` ? `export default ${JSON.stringify(chunkScriptFile)};` : null,
};

/** Builds src/sw into sw.js, with the list of SHELL_FILES. The page registers it by itself. */
const serviceWorker = VitePWA({
  strategies: 'injectManifest',
  srcDir: 'src/sw',
  filename: 'sw.ts',
  injectRegister: false,
  manifest: false,
  injectManifest: {
    rollupFormat: 'iife',
    globPatterns: SHELL_FILES,
    // The browser keeps it with the service worker.
    globIgnores: [`${CHUNK_SCRIPT_PREFIX}*`],
    buildPlugins: { vite: [chunkScriptName] },
    maximumFileSizeToCacheInBytes: SHELL_FILE_BYTES_MAX,
    dontCacheBustURLsMatching: /^assets\//,
    manifestTransforms: [
      (entries) => ({
        manifest: entries.map(({ url, revision }) => ({
          url,
          revision,
          integrity: integrityOf(`${DIST_DIR}${url}`),
        })),
      }),
    ],
  },
});

export default defineConfig({
  plugins: [react(), requireEngine, engineBuild, chunkScript, serviceWorker],
  resolve: { alias: ENGINE_ALIASES },
  build: {
    target: BUILD_TARGET,
    // Nothing becomes a data: URL, so that the Content Security Policy stays 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: true,
  },
  worker: { format: 'es', plugins: () => [engineBuild] },
  server: {
    host: '127.0.0.1',
    fs: { allow: [REPOSITORY_DIR] },
    proxy: { '/api': API_ORIGIN },
  },
});
