/** The name of the window: what plays, and what is looked at. */
import { joinFacts } from './format';

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
    document.title = joinFacts([this.#track, this.#view, 'Auralis']);
  }
}
