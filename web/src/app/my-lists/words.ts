/** What a listener is told of the own lists. */
import type { ListsProblem } from '../../lists/listener-lists';
import { isFound, type ListTrack } from '../../lists/list-track';
import { formatTime, joinFacts } from '../format';
import { countWords } from '../GroupingGrid';

export const songsWords = (count: number): string => countWords(count, 'song', 'songs');

type Sums = { readonly count: number; readonly durationSeconds: number };

/** "12 songs · 48:10" */
export const aboutList = ({ count, durationSeconds }: Sums): string =>
  joinFacts([songsWords(count), durationSeconds > 0 ? formatTime(durationSeconds) : '']);

export const PROBLEM_WORDS: Readonly<Record<ListsProblem, string>> = {
  blocked:
    'This browser does not let the page keep your lists: they are gone when it is closed. ' +
    'Export what you want to have again.',
  full:
    'There is no room for more on this device: what you change now is gone when the page is ' +
    'closed.',
};

/** Where a track is that cannot be played; null: nobody knows of anything. */
export type Missing = 'gone' | 'away' | null;

/** null: it can be played, as far as is known. */
export const missingWords = (track: ListTrack, missing: Missing): string | null => {
  if (!isFound(track)) return 'Not found in the library';
  if (missing === 'gone') return 'No longer in the library';
  return missing === 'away' ? 'Its folder cannot be reached' : null;
};
