/** The name of the window: what plays, and what is looked at. */

export class PageTitle {
  #track = '';
  #view = '';

  /** The title of what plays; empty: nothing. */
  setTrack(words: string): void {
    this.#track = words;
    this.#write();
  }

  /** What the view shows, in a few words; empty: not known yet. */
  setView(words: string): void {
    this.#view = words;
    this.#write();
  }

  #write(): void {
    const parts = [this.#track, this.#view, 'Auralis'];
    document.title = parts.filter((part) => part !== '').join(' · ');
  }
}
