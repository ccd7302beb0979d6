import assert from 'node:assert/strict';
import test from 'node:test';
import { conformancePage, marginOf, mergeFigures, missedOf } from '../../../tools/report/table.mjs';

const figure = (measured, more = {}) => ({
  test: 'T2',
  what: 'peak',
  measured,
  low: null,
  high: -1,
  unit: 'dBTP',
  context: '',
  ...more,
});

test('a margin is the distance to the nearer limit, negative outside', () => {
  assert.equal(marginOf(figure(-3)), 2);
  assert.equal(marginOf(figure(-0.5)), -0.5);
  assert.equal(marginOf({ measured: 1, low: -2, high: 2 }), 1);
  assert.equal(marginOf({ measured: -1.5, low: -2, high: 2 }), 0.5);
  assert.equal(marginOf({ measured: 0, low: 0, high: 0 }), null);
  assert.equal(marginOf({ measured: 3, low: 0, high: 0 }), -3);
  assert.equal(marginOf(figure(null)), -Infinity);
});

test('the worst case stands for all of the same text and limits', () => {
  const rows = mergeFigures([
    figure(-3, { context: 'quiet' }),
    figure(-1.25, { context: 'loud' }),
    figure(-2),
    figure(-2, { high: -0.5 }),
  ]);
  assert.deepEqual(
    rows.map(({ measured, context, cases }) => [measured, context, cases]),
    [
      [-1.25, 'loud', 3],
      [-2, '', 1],
    ],
  );
});

test('the order of the figures has no influence on the page', () => {
  const figures = [
    figure(-3, { context: 'b' }),
    figure(-3, { context: 'a' }),
    figure(0, { what: 'samples that differ', low: 0, high: 0, unit: 'samples' }),
    figure(0.02, { test: 'T1', what: 'case 10', low: -0.1, high: 0.1, unit: 'LU' }),
    figure(0.01, { test: 'T1', what: 'case 9', low: -0.1, high: 0.1, unit: 'LU' }),
    { test: 'T1', what: 'case 7', left_out: 'programme material' },
  ];
  const page = conformancePage(figures);
  assert.equal(conformancePage([...figures].reverse()), page);
  assert.match(page, /\| peak \| -3.00 dBTP \| ≤ -1.00 dBTP \| 2.00 dB \| 2 \| a \|/);
  assert.match(page, /\| samples that differ \| 0 samples \| = 0 samples \| exact \| 1 \| {2}\|/);
  assert.match(page, /case 7 \| not run .*programme material(.|\n)*case 9 (.|\n)*case 10 /);
  assert.match(page, /\| case 9 \| 0.01 LU \| ± 0.10 LU \| 0.09 LU \| 1 \| {2}\|/);
});

test('what misses its limit is told', () => {
  const figures = [figure(-0.9), figure(-2, { what: 'other' }), figure(null, { what: 'nothing' })];
  assert.deepEqual(
    missedOf(figures).map(({ what }) => what),
    ['nothing', 'peak'],
  );
  assert.match(conformancePage(figures), /\| peak \| -0.90 dBTP \| .* \| \*\*missed\*\* \|/);
});

test('a figure of no section is an error', () => {
  assert.throws(() => conformancePage([figure(-2, { test: 'T99' })]), /T99/);
});
