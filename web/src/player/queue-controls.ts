/**
 * The part of the player that deals with the queue: what the listener wants of it, and what is to
 * play next. How a track is opened and played is the affair of the class that builds on this one.
 */
import { Emitter } from './emitter';
import type { PlayerEvents, PlayerTrack } from './player-types';
import { Queue } from './queue';
import { QueueGrowth } from './queue-growth';
import type { SavedQueue } from './queue-save';
import type { QueueItem, Repeat } from './queue-types';

export abstract class QueueControls extends Emitter<PlayerEvents> {
  protected readonly queue: Queue;
  #growth: QueueGrowth | null = null;
  #choiceCount = 0;

  constructor(shuffleSeed: number) {
    super();
    this.queue = new Queue(shuffleSeed);
  }

  /** How often a list was chosen to play, or a place in it. What follows by itself is no choice. */
  get choiceCount(): number {
    return this.#choiceCount;
  }

  /** News of the library: what it tells of these tracks now, and which it has no more. */
  refreshTracks(tracks: readonly PlayerTrack[], goneIds: ReadonlySet<string>): void {
    const idBefore = this.queue.current?.track.id;
    this.queue.refresh(tracks, goneIds);
    this.onTracks(idBefore);
  }

  /** Another track in all places of the one of this id; what plays goes on until it is retried. */
  exchangeTrack(id: string, track: PlayerTrack): void {
    const idBefore = this.queue.current?.track.id;
    this.queue.exchange(id, track);
    this.onTracks(idBefore);
  }

  /** This list instead of the queue; nothing of it plays before it is chosen. */
  setQueue(tracks: readonly PlayerTrack[]): void {
    this.#endGrowth();
    this.queue.replace(tracks, -1);
    this.onQueue();
  }

  /**
   * Opens a track as it stands in the queue, or else alone. Call play() in the same click: it keeps
   * the permission to make sound.
   */
  load(track: PlayerTrack): void {
    this.#choiceCount += 1;
    const found = this.queue.snapshot.items.find((item) => item.track.id === track.id);
    if (!found) this.#endGrowth();
    const item = found ? this.queue.jump(found.key) : this.queue.replace([track], 0);
    if (item) this.open(item.track, 1);
  }

  /**
   * Plays this one of the list; the others of it come before and behind it. Where `tracks` are a
   * part of a longer list, what is returned takes the rest as it comes.
   */
  playNow(tracks: readonly PlayerTrack[], index: number): QueueGrowth {
    this.#choiceCount += 1;
    this.#endGrowth();
    const item = this.queue.replace(tracks, index);
    const growth = new QueueGrowth(this.queue, {
      before: () => this.beforeQueue(),
      after: () => this.onQueue(),
    });
    this.#growth = growth;
    this.#start(item, 1);
    return growth;
  }

  /** Plays this item of the queue, from its start. */
  jumpTo(key: number): void {
    this.#choiceCount += 1;
    this.#start(this.queue.jump(key), 1);
  }

  /** Behind the track that plays and what was put there before. */
  playNext(tracks: readonly PlayerTrack[]): void {
    this.beforeQueue();
    this.queue.playNext(tracks);
    this.#offer();
  }

  /** Behind all others. */
  enqueue(tracks: readonly PlayerTrack[]): void {
    this.beforeQueue();
    this.queue.enqueue(tracks);
    this.#offer();
  }

  /** Does nothing to the item that plays. */
  removeFromQueue(key: number): void {
    this.beforeQueue();
    this.queue.remove(key);
    this.onQueue();
  }

  /** `toIndex`: in the order in which the items play. */
  moveInQueue(key: number, toIndex: number): void {
    this.beforeQueue();
    this.queue.move(key, toIndex);
    this.onQueue();
  }

  /** All but the item that plays. */
  clearQueue(): void {
    this.beforeQueue();
    this.#endGrowth();
    this.queue.clear();
    this.onQueue();
  }

  setShuffle(shuffle: boolean): void {
    this.beforeQueue();
    this.queue.setShuffle(shuffle);
    this.onQueue();
  }

  setRepeat(repeat: Repeat): void {
    this.beforeQueue();
    this.queue.setRepeat(repeat);
    this.onQueue();
  }

  next(): void {
    this.step(1);
  }

  /** In a form that survives as JSON; of more than `countMax` items, those around this one. */
  saveQueue(countMax: number): SavedQueue {
    return this.queue.save(countMax);
  }

  /**
   * Shows what was saved, paused at that place; nothing is fetched before it is played. `find`: the
   * tracks by their ids; those it does not know are left out.
   */
  restore(
    saved: SavedQueue,
    positionSeconds: number,
    find: (id: string) => PlayerTrack | undefined,
  ): void {
    this.#choiceCount += 1;
    this.#endGrowth();
    const isSame = this.queue.restore(saved, find);
    const { current } = this.queue;
    if (current) this.park(current.track, isSame ? positionSeconds : 0);
    else this.onQueue();
  }

  abstract play(): void;

  /** Opens the track from its start; `direction`: which way somebody walks through the queue. */
  protected abstract open(track: PlayerTrack, direction: 1 | -1): void;
  /** Shows the track at that place, paused, and does no more before somebody wants to hear it. */
  protected abstract park(track: PlayerTrack, positionSeconds: number): void;
  /** The queue is about to be changed, or walked through. */
  protected abstract beforeQueue(): void;
  /** The queue is another one; what plays goes on. */
  protected abstract onQueue(): void;
  /** What is known of the queue's tracks is news; `idBefore`: of the current one. */
  protected abstract onTracks(idBefore: string | undefined): void;

  /** Goes to the neighbour, where there is one, and plays it. */
  protected step(by: 1 | -1): void {
    this.beforeQueue();
    this.#start(this.walk(by), by);
  }

  /** Goes to the neighbour, where there is one, without playing it. */
  protected walk(by: 1 | -1): QueueItem | null {
    return by > 0 ? this.queue.advance('asked') : this.queue.goBack();
  }

  /** A track was played to its end, and this one followed. Returns it as the queue knows it. */
  protected entered(track: PlayerTrack): PlayerTrack {
    const item = this.queue.advance('ended');
    return item?.track.id === track.id ? item.track : track;
  }

  /** The track has come to its end, and what follows is wanted. */
  protected goOn(): void {
    this.#start(this.queue.advance('ended'), 1);
  }

  /** Whether there is another one that way: a track that cannot be played is not tried again. */
  protected hasOther(direction: 1 | -1): boolean {
    const other = direction > 0 ? this.queue.peekNext('asked') : this.queue.peekPrevious();
    return other !== null && other !== this.queue.current;
  }

  #endGrowth(): void {
    this.#growth?.end();
    this.#growth = null;
  }

  #start(item: QueueItem | null, direction: 1 | -1): void {
    if (!item) return;
    this.open(item.track, direction);
    this.play();
  }

  /** Where nothing was chosen yet, the first is there to be played. */
  #offer(): void {
    const first = this.queue.current ? null : this.queue.advance('asked');
    if (first) this.park(first.track, 0);
    else this.onQueue();
  }
}
