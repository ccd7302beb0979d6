/**
 * Finds tracks by words, as people type them: without regard to case, accents, apostrophes,
 * quotation marks and kinds of dashes. Finds all that the server's own search finds, and a little
 * more ("strasse" for "Straße"). Pure.
 */

/**
 * Left out on both sides, so that "dont", "don't" and "don’t" are one word: quotation marks and
 * apostrophes (single, double, angle), primes, the spacing accents that stand in for them, and
 * modifier letters such as the ʻokina.
 */
const QUOTES = /['"`´‘’‚‛“”„‟‹›«»′″‵‶ʹʺʻʼʽʾʿˈ＇＂]/gu;

/** Soft hyphens, and what has no width: nobody sees that it is there. */
const INVISIBLE = /[\u00AD\u200B-\u200D\u2060\uFEFF]/gu;

const DASHES = /[\u2010-\u2015\u2212]/gu;

/** Letters that Unicode does not take apart into a letter and an accent. */
const LETTERS: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['đ', 'd'],
  ['ð', 'd'],
  ['þ', 'th'],
  ['ł', 'l'],
  ['ħ', 'h'],
  ['ı', 'i'],
  ['ς', 'σ'],
]);

const SPECIAL = new RegExp(`[${[...LETTERS.keys()].join('')}]`, 'gu');

/**
 * Not toLocaleLowerCase(): in a Turkish browser "I" would find no "i". Quotes go before the
 * compatibility forms are taken apart, which makes a space of a spacing accent.
 */
export const fold = (text: string): string =>
  text
    .replace(QUOTES, '')
    .replace(INVISIBLE, '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(DASHES, '-')
    .replace(SPECIAL, (letter) => LETTERS.get(letter) ?? letter);

/** What is looked through; made once for each track. */
export const searchKey = (fields: readonly string[]): string => fold(fields.join('\n'));

/** The words of a query, folded; empty when it has none. */
export const searchWords = (query: string): readonly string[] =>
  fold(query)
    .split(/\s+/u)
    .filter((word) => word !== '');

/** Every word occurs. */
export const matchesWords = (key: string, words: readonly string[]): boolean =>
  words.every((word) => key.includes(word));
