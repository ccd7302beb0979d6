/**
 * The volume that the listener chose, in front of the element's own: the original file has no
 * engine that would turn it down, so that the element is, and nobody sees it in the slider.
 */
type Volume = Pick<HTMLAudioElement, 'volume' | 'muted'>;

export class ElementVolume {
  readonly #audio: Volume;
  #chosen: number;
  #factor = 1;
  /** What the element was set to last. */
  #applied: number;

  constructor(audio: Volume) {
    this.#audio = audio;
    this.#chosen = audio.volume;
    this.#applied = audio.volume;
  }

  /** [0, 1]. */
  get chosen(): number {
    return this.#chosen;
  }

  choose(volume: number): void {
    this.#chosen = Math.min(1, Math.max(0, volume));
    this.#audio.muted = false;
    this.#apply();
  }

  /** From now on by so much, <= 0. Where volumes cannot be set (iOS) nothing happens. */
  turnDown(gainDb: number): void {
    this.#factor = 10 ** (Math.min(0, gainDb) / 20);
    this.#apply();
  }

  /** The element has fired `volumechange`: somebody else may have moved it. */
  onChange(): void {
    const { volume } = this.#audio;
    if (volume === this.#applied) return;
    this.#applied = volume;
    this.#chosen = Math.min(1, volume / this.#factor);
  }

  #apply(): void {
    this.#audio.volume = this.#chosen * this.#factor;
    this.#applied = this.#audio.volume;
  }
}
