/**
 * Where the element plays, and where it is about to: a seek reaches the element later when it knows
 * nothing of the media yet, or when old sound has to go first. All times are media time.
 */
type Element = Pick<
  HTMLAudioElement,
  'currentTime' | 'paused' | 'seeking' | 'ended' | 'readyState'
>;

export class Playhead {
  readonly #element: Element;
  #target: number | null = null;
  #awaitsMetadata = false;
  #awaitsSource = false;

  constructor(element: Element) {
    this.#element = element;
  }

  /** Exact; the target while a seek is on its way. */
  get seconds(): number {
    return this.#target ?? this.#element.currentTime;
  }

  get isPaused(): boolean {
    return this.#element.paused;
  }

  get hasEnded(): boolean {
    return this.#element.ended;
  }

  /** Whether a listener hears the place of the playhead right now, or would without a stall. */
  get isHeard(): boolean {
    return !this.#element.paused && !this.#element.seeking && this.#target === null;
  }

  /** What is played at this moment; null: nothing. */
  get heardSeconds(): number | null {
    return this.#target === null ? this.#element.currentTime : null;
  }

  /** Goes there at once, or as soon as the element can. */
  moveTo(targetSeconds: number): void {
    this.#target = targetSeconds;
    this.arrive();
  }

  /** Will go there when arrive() is called. */
  headFor(targetSeconds: number): void {
    this.#target = targetSeconds;
    this.#awaitsMetadata = false;
    // An element that has ended would begin anew by itself when it is told to play.
    if (this.#element.ended) this.#element.currentTime = targetSeconds;
  }

  /** Will go there when the source is open again: until then all seeks wait. */
  headForClosed(targetSeconds: number): void {
    this.headFor(targetSeconds);
    this.#awaitsSource = true;
  }

  sourceOpened(): void {
    this.#awaitsSource = false;
    this.arrive();
  }

  /**
   * Goes where it is headed for, if anywhere. An element without metadata takes a seek for the
   * place to begin at, and some then wait for ever: it is sought once they are there.
   */
  arrive(): void {
    if (this.#target === null || this.#awaitsSource) return;
    this.#awaitsMetadata = this.#element.readyState === 0;
    if (this.#awaitsMetadata) return;
    const target = this.#target;
    this.#target = null;
    this.#element.currentTime = target;
  }

  /** The element may know its media now. Cheap. */
  tick(): void {
    if (this.#awaitsMetadata) this.arrive();
  }
}
