/**
 * Builds the page and its worker into dist/. The engine itself is built by CMake (preset `wasm`);
 * the worker imports it under two names that do not depend on where the build put it:
 *
 *   import createEngine from 'auralis-engine';            // the module, engine.mjs
 *   import wasmUrl from 'auralis-engine/wasm?url';        // the address of engine.wasm
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const ENGINE_DIR = fileURLToPath(new URL('../build/wasm/bin/', import.meta.url));
const REPOSITORY_DIR = fileURLToPath(new URL('..', import.meta.url));
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

export default defineConfig({
  plugins: [react(), requireEngine],
  resolve: {
    alias: [
      { find: /^auralis-engine$/, replacement: `${ENGINE_DIR}engine.mjs` },
      { find: /^auralis-engine\/wasm\?url$/, replacement: `${ENGINE_DIR}engine.wasm?url` },
    ],
  },
  build: {
    target: 'es2022',
    // Nothing becomes a data: URL, so that the Content Security Policy stays 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: true,
  },
  worker: { format: 'es' },
  server: {
    host: '127.0.0.1',
    fs: { allow: [REPOSITORY_DIR] },
    proxy: { '/api': API_ORIGIN },
  },
});
