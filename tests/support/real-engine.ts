/** The engine as it ships, built for Node.js. There is no stand-in: without it a test fails. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { EngineModule } from '../../wasm-bindings/engine-module';
import type { CreateEngine } from '../../web/src/engine/engine-module';

const BIN = fileURLToPath(new URL('../../build/wasm/bin/', import.meta.url));

export const REAL_WASM_PATH = `${BIN}engine-node.wasm`;

/** The glue code's entry. */
export const createRealEngine: CreateEngine = (options) => {
  for (const name of ['engine-node.cjs', 'engine-node.wasm']) {
    if (!existsSync(BIN + name)) {
      throw new Error(`build/wasm/bin/${name} is missing: build the engine first (make build)`);
    }
  }
  const create = createRequire(import.meta.url)(`${BIN}engine-node.cjs`) as CreateEngine;
  return create(options);
};

/** A fresh instance, with a memory of its own. */
export const loadRealEngine = async (): Promise<EngineModule> =>
  createRealEngine({ wasmBinary: readFileSync(REAL_WASM_PATH) });
