/**
 * The engine as it ships, in Node.js: the page's own engine.mjs around the engine.wasm that lies in
 * web/dist. There is no stand-in: without them a test fails.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { EngineModule } from '../../wasm-bindings/engine-module';
import type { CreateEngine } from '../../web/src/engine/engine-module';

const GLUE_PATH = fileURLToPath(new URL('../../build/wasm/bin/engine.mjs', import.meta.url));
const ASSETS_DIR = fileURLToPath(new URL('../../web/dist/assets/', import.meta.url));

const shippedWasmPath = (): string => {
  const names = existsSync(ASSETS_DIR) ? readdirSync(ASSETS_DIR) : [];
  const [name, ...others] = names.filter((entry) => entry.endsWith('.wasm'));
  if (name === undefined || others.length > 0) {
    throw new Error('web/dist/assets has not its one .wasm: build the app first (make build)');
  }
  return ASSETS_DIR + name;
};

/** The engine.wasm that the page loads. */
export const readShippedWasm = (): Buffer => readFileSync(shippedWasmPath());

/** The glue code's entry. It is made for workers: all it asks of one is where it came from. */
export const createRealEngine: CreateEngine = async (options) => {
  if (!existsSync(GLUE_PATH)) {
    throw new Error('build/wasm/bin/engine.mjs is missing: build the engine first (make build)');
  }
  const glue = (await import(GLUE_PATH)) as { readonly default: CreateEngine };
  const scope = globalThis as { self?: unknown };
  const before = scope.self;
  scope.self = { location: { href: import.meta.url } };
  try {
    // What is asked for is asked for at once, before the first wait.
    return glue.default(options);
  } finally {
    if (before === undefined) delete scope.self;
    else scope.self = before;
  }
};

/** A fresh instance, with a memory of its own. */
export const loadRealEngine = async (): Promise<EngineModule> =>
  createRealEngine({ wasmBinary: readShippedWasm() });
