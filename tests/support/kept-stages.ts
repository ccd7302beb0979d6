/** The stages of one test file, with the engine that ships; each test has an empty store. */
import { afterEach, beforeAll, beforeEach } from '@jest/globals';
import type { EngineModule } from '../../wasm-bindings/engine-module';
import { freshDatabase } from './fresh-database';
import { KeptStage, type KeptStageOptions } from './kept-stage';
import { loadRealEngine } from './real-engine';

export type StageOptions = Partial<KeptStageOptions>;

/** Registers the hooks; what it returns sets a stage, which is closed behind its test. */
export const keptStages = (
  defaults: Omit<KeptStageOptions, 'loadModule'>,
): ((options?: StageOptions) => KeptStage) => {
  let module: EngineModule;
  let stages: KeptStage[] = [];
  beforeAll(async () => {
    module = await loadRealEngine();
  });
  beforeEach(freshDatabase);
  afterEach(async () => {
    for (const stage of stages) await stage.close();
    stages = [];
  });
  return (options = {}) => {
    const loadModule = (): Promise<EngineModule> => Promise.resolve(module);
    const stage = new KeptStage({ loadModule, ...defaults, ...options });
    stages.push(stage);
    return stage;
  };
};
