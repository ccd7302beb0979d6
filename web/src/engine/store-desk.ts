/** The worker's answers to questions about the store: engines and sessions have no part in them. */
import { settingsKey } from '../store/keys';
import type { Keeping } from './engine-host';
import type { WorkerMessage } from './engine-protocol';
import type { StoreRequest } from './store-questions';

export type StoreDeskOptions = {
  /** Null: nothing is kept. */
  readonly keeping: () => Pick<Keeping, 'store' | 'engineBuild'> | null;
  readonly post: (message: WorkerMessage) => void;
};

export class StoreDesk {
  readonly #options: StoreDeskOptions;

  constructor(options: StoreDeskOptions) {
    this.#options = options;
  }

  /** Its answer comes by `post`, exactly once. */
  async handle({ id, question }: StoreRequest): Promise<void> {
    const keeping = this.#options.keeping();
    const settings = settingsKey(question.settings);
    const result = (await keeping?.store.listWhole(keeping.engineBuild, settings)) ?? null;
    this.#options.post({ id, ok: true, result });
  }
}
