import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareCounts, parseDump } from '../../perf/counts.mjs';

test('a dump of callgrind yields the name of its stage and its count', () => {
  const text = 'desc: Trigger: Client Request: tone filter, wide\n\nsummary: 0\n\ntotals: 1234\n';
  assert.deepEqual(parseDump(text), { stage: 'tone filter, wide', count: 1234 });
});

test('the dump of the end of the program is none of a stage', () => {
  assert.equal(parseDump('desc: Trigger: Program termination\n\ntotals: 0\n'), null);
});

test('counts up to the tolerance pass, either way', () => {
  assert.deepEqual(compareCounts({ a: 1000, b: 1000 }, { a: 1020, b: 980 }, 2), []);
});

test('what costs more, or less, is named with both counts', () => {
  assert.deepEqual(compareCounts({ a: 1000, b: 1000 }, { a: 1021, b: 979 }, 2), [
    'a: 1000 -> 1021 instructions (+2.1 %, allowed is +/-2 %)',
    'b: 1000 -> 979 instructions (-2.1 %, allowed is +/-2 %)',
  ]);
});

test('stages on one side only are named', () => {
  const lines = compareCounts({ gone: 5 }, { fresh: 7 }, 2);
  assert.equal(lines.length, 2);
  assert.match(lines[0], /^gone: .* was not run/);
  assert.match(lines[1], /^fresh: 7 instructions, and no accepted count/);
});
