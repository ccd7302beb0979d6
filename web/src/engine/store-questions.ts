/** What the page asks the worker of the store, besides the commands of sessions. */
import type { EnhancementSettings } from './engine-protocol';

export type StoreQuestion =
  /** Which tracks play with these settings from what is kept alone. */
  { readonly type: 'listWhole'; readonly settings: EnhancementSettings };

/** By the types of the questions. */
export type StoreAnswers = {
  /** Their full addresses; null: nothing is kept, or it cannot be told. */
  listWhole: readonly string[] | null;
};

/** Answered as a command is. */
export type StoreRequest = { readonly id: number; readonly question: StoreQuestion };
