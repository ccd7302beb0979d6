/**
 * Which tracks are on the timeline, and what for: the one that is heard, the one before it, the one
 * that follows, and those that may be wanted soon. Opens them, and uses again what was prepared,
 * whatever for. Knows nothing of media time, nor of why a track is wanted.
 */
import type { Rank } from '../engine/engine-protocol';
import type { TimelineEntry } from './timeline-entry';
import type { TrackSource } from './track-source';

/** Why a track may be wanted soon that does not follow: a button, or the pointer on its row. */
export type AsideRole = 'previous' | 'hint';

export type OpenEntry = (source: TrackSource, rank: Rank) => TimelineEntry;

const isSame = (source: TrackSource | null, entry: TimelineEntry | null): boolean =>
  source?.track.id === entry?.track.id;

const wasReplaced = (entry: TimelineEntry | null): boolean => entry?.error?.code === 'replaced';

export class Lineup {
  readonly #open: OpenEntry;
  readonly #aside = new Map<AsideRole, TimelineEntry>();
  #current: TimelineEntry | null = null;
  #next: TimelineEntry | null = null;
  #past: TimelineEntry | null = null;
  /** Opened since the file of the one before was replaced. That counts once: a server may say so of
   *  every answer. */
  readonly #secondTries = new WeakSet<TimelineEntry>();
  /** Asks the engine where it is to lie behind the one that is heard: of no use elsewhere. */
  carrying: TimelineEntry | null = null;

  constructor(open: OpenEntry) {
    this.#open = open;
  }

  /** Is heard. */
  get current(): TimelineEntry | null {
    return this.#current;
  }

  /** Behind `current`; it has a place once the sound of that one is complete. */
  get next(): TimelineEntry | null {
    return this.#next;
  }

  /** Heard before `current`, and not removed yet. */
  get past(): TimelineEntry | null {
    return this.#past;
  }

  get entries(): readonly TimelineEntry[] {
    return [this.#past, this.#current, this.#next, ...this.#aside.values()].filter(
      (entry) => entry !== null,
    );
  }

  /**
   * From now on this track is heard. Returns it with all others, which are to be closed: those
   * without a place are already.
   */
  lead(source: TrackSource): {
    readonly entry: TimelineEntry;
    readonly others: readonly TimelineEntry[];
  } {
    const old = this.entries;
    const prepared = this.#takePrepared(source);
    // First, for the worker has few places, and this takes nothing from what is heard.
    for (const other of old) if (other !== prepared && !other.isPlaced) other.close();
    const entry = prepared ?? this.#open(source, 'heard');
    entry.setRank('heard');
    this.clear();
    this.#current = entry;
    return { entry, others: old.filter((other) => other !== entry) };
  }

  /** What follows the track that is heard; null: nothing. False: it does already. */
  follow(source: TrackSource | null): boolean {
    const old = this.#next;
    if (this.#isFor(source, old)) return false;
    old?.close();
    this.#next = source && this.#prepareAfter(old, source, 'next');
    return true;
  }

  /** What may be wanted soon; null: nothing. */
  setAside(role: AsideRole, source: TrackSource | null): void {
    const known = this.#aside.get(role) ?? null;
    if (this.#isFor(source, known)) return;
    known?.close();
    this.#aside.delete(role);
    if (source === null || source.track.id === this.#next?.track.id) return;
    this.#aside.set(role, this.#prepareAfter(known, source, 'hint'));
  }

  /** What follows is heard now. Nothing may be past. */
  enter(next: TimelineEntry): void {
    this.#past = this.#current;
    this.#current = next;
    this.#next = null;
    next.setRank('heard');
  }

  /** What is past is not of interest any more. */
  retire(): void {
    this.#past = null;
  }

  /** Forgets all of them; the caller closes them. */
  clear(): void {
    this.#past = null;
    this.#current = null;
    this.#next = null;
    this.#aside.clear();
  }

  /** Whether `entry` was prepared for `source`, and is of use still: not where it was replaced. */
  #isFor(source: TrackSource | null, entry: TimelineEntry | null): boolean {
    if (!isSame(source, entry)) return false;
    return entry === null || !wasReplaced(entry) || this.#secondTries.has(entry);
  }

  #prepareAfter(old: TimelineEntry | null, source: TrackSource, rank: Rank): TimelineEntry {
    const entry = this.#prepare(source, rank);
    if (isSame(source, old) && wasReplaced(old)) this.#secondTries.add(entry);
    return entry;
  }

  #prepare(source: TrackSource, rank: Rank): TimelineEntry {
    const entry = this.#takePrepared(source) ?? this.#open(source, rank);
    entry.setRank(rank);
    return entry;
  }

  /** The same beginning of the same track, whatever it was prepared for. */
  #takePrepared({ track, firstChunk, settings }: TrackSource): TimelineEntry | null {
    const isWanted = (entry: TimelineEntry | null): entry is TimelineEntry =>
      entry?.track.id === track.id &&
      entry.firstChunk === firstChunk &&
      !entry.error &&
      (entry.isPlaced || entry !== this.carrying);
    const [role, aside = null] = [...this.#aside].find(([, entry]) => isWanted(entry)) ?? [];
    if (role !== undefined) this.#aside.delete(role);
    const next = isWanted(this.#next) ? this.#next : null;
    if (next) {
      aside?.close();
      this.#next = null;
    }
    const found = next ?? aside;
    found?.configure(settings, false);
    return found;
  }
}
