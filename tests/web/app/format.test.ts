import { describe, expect, it } from '@jest/globals';
import { formatDecibels, formatDuration, formatTime, sentence } from '../../../web/src/app/format';

describe('formatTime', () => {
  it.each([
    [0, '0:00'],
    [59.99, '0:59'],
    [75.4, '1:15'],
    [3675, '1:01:15'],
    [-3, '0:00'],
    [NaN, '0:00'],
    [Infinity, '0:00'],
  ])('%d is %s', (value, text) => expect(formatTime(value)).toBe(text));
});

describe('formatDuration', () => {
  it.each([
    [0, '–:––'],
    [-1, '–:––'],
    [NaN, '–:––'],
    [Infinity, '–:––'],
    [0.4, '0:00'],
    [75.4, '1:15'],
  ])('%d is %s', (value, text) => expect(formatDuration(value)).toBe(text));
});

describe('formatDecibels', () => {
  it.each([
    [-18.24, false, '−18.2'],
    [4.2, true, '+4.2'],
    [4.2, false, '4.2'],
    [-0.04, true, '0.0'],
  ])('%d (signed: %s) is %s', (value, signed, text) =>
    expect(formatDecibels(value, signed)).toBe(text),
  );
});

describe('sentence', () => {
  it.each([
    ['frame 3 is damaged', 'Frame 3 is damaged.'],
    ['Reload the page!', 'Reload the page!'],
    ['', ''],
  ])('%j becomes %j', (clause, text) => expect(sentence(clause)).toBe(text));
});
