/**
 * Where the element plays, and where it is about to: a seek to a place whose old sound has to go
 * first reaches the element later. All times are media time.
 */
type Element = Pick<HTMLAudioElement, 'currentTime' | 'paused' | 'seeking' | 'ended'>;

export class Playhead {
  readonly #element: Element;
  #target: number | null = null;

  constructor(element: Element) {
    this.#element = element;
  }

  /** Exact; the target while a seek is on its way. */
  get seconds(): number {
    return this.#target ?? this.#element.currentTime;
  }

  /** A seek has not reached the element. */
  get isAway(): boolean {
    return this.#target !== null;
  }

  /** Whether a listener hears the place of the playhead right now, or would without a stall. */
  get isHeard(): boolean {
    return !this.#element.paused && !this.#element.seeking && this.#target === null;
  }

  /** What is played at this moment; null: nothing. */
  get heardSeconds(): number | null {
    return this.#target === null ? this.#element.currentTime : null;
  }

  /** Goes there at once. */
  moveTo(targetSeconds: number): void {
    this.#target = null;
    this.#element.currentTime = targetSeconds;
  }

  /** Will go there when arrive() is called. */
  headFor(targetSeconds: number): void {
    this.#target = targetSeconds;
    // An element that has ended would begin anew by itself when it is told to play.
    if (this.#element.ended) this.#element.currentTime = targetSeconds;
  }

  /** Is headed for no other place. */
  stay(): void {
    this.#target = null;
  }

  /** Goes where it is headed for, if anywhere. */
  arrive(): void {
    if (this.#target !== null) this.moveTo(this.#target);
  }
}
