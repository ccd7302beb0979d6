/**
 * What plays one after another: a list, the order in which it plays, and the place in that order.
 * Pure: knows no sound, and the same calls with the same seed do the same.
 *
 * What peekNext() and peekPrevious() tell is what advance() and goBack() then do, while nothing
 * else is called in between. Every call takes a time that grows with the length of the queue at
 * most: a few milliseconds for 50,000 tracks.
 */
import type { PlayerTrack } from './player-types';
import * as edits from './queue-edits';
import { currentOf, emptyParts, indexOfKey, type QueueParts } from './queue-parts';
import { restoreQueue, saveQueue, type SavedQueue } from './queue-save';
import * as steps from './queue-steps';
import type { QueueItem, QueueSnapshot, Repeat, StepReason } from './queue-types';

const snapshotOf = ({ order, index, shuffle, repeat }: QueueParts): QueueSnapshot => ({
  items: order,
  currentIndex: index,
  shuffle,
  repeat,
});

export class Queue {
  #parts: QueueParts;
  #snapshot: QueueSnapshot;
  #keyCount = 0;

  /** `seed`: any whole number; the same one shuffles the same. */
  constructor(seed: number) {
    this.#parts = emptyParts(seed);
    this.#snapshot = snapshotOf(this.#parts);
  }

  /** The same object until something changes. */
  get snapshot(): QueueSnapshot {
    return this.#snapshot;
  }

  get current(): QueueItem | null {
    return currentOf(this.#parts);
  }

  /** Whether there is a next one to ask for. */
  get hasNext(): boolean {
    return steps.hasNext(this.#parts);
  }

  get hasPrevious(): boolean {
    return this.peekPrevious() !== null;
  }

  /** What advance() would come to; null: it is over. */
  peekNext(reason: StepReason): QueueItem | null {
    return steps.peekNext(this.#parts, reason);
  }

  /** What goBack() would come to. */
  peekPrevious(): QueueItem | null {
    return steps.peekPrevious(this.#parts);
  }

  /** What comes one after another when the next is asked for; as many as the queue has at most. */
  upcoming(count: number): readonly QueueItem[] {
    return steps.upcoming(this.#parts, count);
  }

  /**
   * Goes on to the next item and returns it; null: it is over, and nothing has changed. Asked for
   * the next one, a queue that repeats one track goes on with all of them.
   */
  advance(reason: StepReason): QueueItem | null {
    const next = this.peekNext(reason);
    this.#set(steps.advance(this.#parts, reason));
    return next;
  }

  /** Goes back to the item that was played before (in list order while nothing is shuffled). */
  goBack(): QueueItem | null {
    const previous = this.peekPrevious();
    this.#set(steps.goBack(this.#parts));
    return previous;
  }

  /**
   * Makes this item the current one; null: there is none such. Shuffled, what was to come still
   * comes; when everything was played, another round begins with this item.
   */
  jump(key: number): QueueItem | null {
    if (indexOfKey(this.#parts, key) < 0) return null;
    this.#set(steps.jump(this.#parts, key));
    return this.current;
  }

  /** This list instead of all there was, with this one of it as the current one; -1: none yet. */
  replace(tracks: readonly PlayerTrack[], index: number): QueueItem | null {
    this.#set(edits.replace(this.#parts, this.#itemsOf(tracks), index));
    return this.current;
  }

  /** Behind the current one and what was put there before. */
  playNext(tracks: readonly PlayerTrack[]): void {
    this.#set(edits.playNext(this.#parts, this.#itemsOf(tracks)));
  }

  /** Behind all others. */
  enqueue(tracks: readonly PlayerTrack[]): void {
    this.#set(edits.enqueue(this.#parts, this.#itemsOf(tracks)));
  }

  /** Leaves out the item, unless it is the current one. */
  remove(key: number): void {
    this.#set(edits.remove(this.#parts, key));
  }

  /** To this place of the order, as far as it is free (see firstMovable). */
  move(key: number, toIndex: number): void {
    this.#set(edits.move(this.#parts, key, toIndex));
  }

  /** Leaves out all but the current one. */
  clear(): void {
    this.#set(edits.clear(this.#parts));
  }

  /**
   * On: the current item and what was played stay, the rest comes at random, each once before any
   * comes again. Off: on from the current item in the order of the list.
   */
  setShuffle(shuffle: boolean): void {
    this.#set(steps.setShuffle(this.#parts, shuffle));
  }

  setRepeat(repeat: Repeat): void {
    if (repeat !== this.#parts.repeat) this.#set({ ...this.#parts, repeat });
  }

  /** What the library tells of these tracks now, and which it has no more. */
  refresh(tracks: readonly PlayerTrack[], goneIds: ReadonlySet<string>): void {
    const byId = new Map(tracks.map((track) => [track.id, track]));
    this.#set(edits.refresh(this.#parts, byId, goneIds));
  }

  /** Another track in all places of the one of this id. */
  exchange(id: string, track: PlayerTrack): void {
    this.#set(edits.refresh(this.#parts, new Map([[id, track]]), new Set()));
  }

  /** The keys of the first and the last item of the list; null: it is empty. */
  get listEnds(): { readonly first: number; readonly last: number } | null {
    const { list } = this.#parts;
    const [first] = list;
    const last = list.at(-1);
    return first && last ? { first: first.key, last: last.key } : null;
  }

  /**
   * More of the list, on one side of the item of this key (see queue-edits.ts). Returns their keys,
   * in order; null: there is no such item any more, and nothing has changed.
   */
  extend(
    key: number,
    side: 'before' | 'behind',
    tracks: readonly PlayerTrack[],
  ): readonly number[] | null {
    const items = this.#itemsOf(tracks);
    const before = this.#parts;
    this.#set(edits.extend(before, items, { key, side }));
    return this.#parts === before ? null : items.map((item) => item.key);
  }

  /** Leaves out these items, but not the current one, nor, while shuffled, what was played. */
  release(keys: ReadonlySet<number>): void {
    this.#set(edits.release(this.#parts, keys));
  }

  /** All of it but the earlier rounds; of more than `countMax` items, those around this one. */
  save(countMax: number): SavedQueue {
    return saveQueue(this.#parts, countMax);
  }

  /**
   * What was saved instead of all there was. Tracks that `find` does not know any more are left
   * out; false: the current one is among them, and the one behind it has its place.
   */
  restore(saved: SavedQueue, find: (id: string) => PlayerTrack | undefined): boolean {
    const { parts, isSame } = restoreQueue(saved, (id) => {
      const track = find(id);
      return track === undefined ? null : this.#itemOf(track);
    });
    this.#set(parts);
    return isSame;
  }

  #set(parts: QueueParts): void {
    if (parts === this.#parts) return;
    this.#parts = parts;
    this.#snapshot = snapshotOf(parts);
  }

  #itemOf(track: PlayerTrack): QueueItem {
    this.#keyCount += 1;
    return { key: this.#keyCount, track, isGone: false };
  }

  #itemsOf(tracks: readonly PlayerTrack[]): readonly QueueItem[] {
    return tracks.map((track) => this.#itemOf(track));
  }
}
