/**
 * What the engine would turn the originals of tracks down by, as far as it has told: for where the
 * file itself plays, without the engine. Knows nothing of playback.
 */
import { canonicalSettings } from '../engine/canonical-settings';
import type { EnhancementSettings, PlanSummary } from '../engine/engine-protocol';
import { BoundedMap } from '../shared/bounded-map';

/** What is forgotten is not turned down. */
export const GAIN_COUNT_MAX = 1000;

/** The same for all settings under which the original is as loud; null: it is left alone. */
const keyOf = (settings: EnhancementSettings): string | null =>
  canonicalSettings({ ...settings, enhanced: false })?.join() ?? null;

export class OriginalGains {
  /** Of each address, for the settings that were used last. */
  readonly #known = new BoundedMap<string, { readonly key: string; readonly gainDb: number }>(
    GAIN_COUNT_MAX,
  );

  /** A plan is told again with other facts, when the settings may be others already. */
  readonly #seen = new WeakSet<PlanSummary>();

  /** `plan`: the final one for the track with these settings. */
  learn(url: string, settings: EnhancementSettings, plan: PlanSummary): void {
    if (this.#seen.has(plan)) return;
    this.#seen.add(plan);
    const key = keyOf(settings);
    // Two versions that are compared are at a loudness of their own.
    const isCompared = settings.enhanced && settings.compare !== 'off';
    if (key === null || isCompared) return;
    this.#known.set(url, { key, gainDb: Math.min(0, plan.reachedLufs - plan.loudnessLufs) });
  }

  /** It is another file by now. */
  forget(url: string): void {
    this.#known.delete(url);
  }

  /** <= 0; 0 also where it is not known. */
  gainDb(url: string, settings: EnhancementSettings): number {
    const known = this.#known.get(url);
    return known?.key === keyOf(settings) ? known.gainDb : 0;
  }
}
