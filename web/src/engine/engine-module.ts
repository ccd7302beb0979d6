/**
 * Compiles the engine's WebAssembly while it is still arriving, once, and makes instances of it.
 * Needs no eval and no blob: a Content-Security-Policy with 'wasm-unsafe-eval' is enough.
 */
import type { EngineModule, EngineModuleOptions } from '../../../wasm-bindings/engine-module';
import { PlayerError } from '../shared/errors';

export type CreateEngine = (options: EngineModuleOptions) => Promise<EngineModule>;

/** A wrong Content-Type costs time, but works. */
const compile = async (response: Response): Promise<WebAssembly.Module> => {
  if (!response.ok) {
    const words = `the audio engine cannot be loaded (status ${response.status}); reload the page`;
    throw new PlayerError('network', words);
  }
  const type = response.headers.get('content-type') ?? '';
  return type.startsWith('application/wasm')
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
};

export class EngineModuleLoader {
  readonly #create: CreateEngine;
  readonly #fetchWasm: () => Promise<Response>;
  #compiled: Promise<WebAssembly.Module> | null = null;

  constructor(create: CreateEngine, fetchWasm: () => Promise<Response>) {
    this.#create = create;
    this.#fetchWasm = fetchWasm;
  }

  /** A new instance with a memory of its own. */
  async load(): Promise<EngineModule> {
    this.#compiled ??= this.#fetchWasm().then(compile);
    let compiled: WebAssembly.Module;
    try {
      compiled = await this.#compiled;
    } catch (error) {
      // The next try may find the network back.
      this.#compiled = null;
      throw error;
    }
    return new Promise((resolve, reject) => {
      // The glue never tells of an instantiation that failed, or does not fit it.
      const instantiateWasm: EngineModuleOptions['instantiateWasm'] = (imports, done) => {
        WebAssembly.instantiate(compiled, imports)
          .then((instance) => done(instance, compiled))
          .catch(reject);
        return {};
      };
      this.#create({ instantiateWasm }).then(resolve, reject);
    });
  }
}
