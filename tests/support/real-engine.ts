/** The engine as it ships, built for Node.js. There is no stand-in: without a build a test fails. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { EngineModule } from '../../wasm-bindings/engine-module';
import type { CreateEngine } from '../../web/src/engine/engine-module';

const BIN = fileURLToPath(new URL('../../build/wasm/bin/', import.meta.url));

/** A fresh instance, with a memory of its own. */
export const loadRealEngine = (): Promise<EngineModule> => {
  for (const name of ['engine-node.cjs', 'engine-node.wasm']) {
    if (!existsSync(BIN + name)) {
      throw new Error(`build/wasm/bin/${name} is missing: build the engine first (make build)`);
    }
  }
  const createEngine = createRequire(import.meta.url)(`${BIN}engine-node.cjs`) as CreateEngine;
  return createEngine({ wasmBinary: readFileSync(`${BIN}engine-node.wasm`) });
};
