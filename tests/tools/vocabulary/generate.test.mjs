/** The page's names are those of the engine's table, as it stands now. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { generate, rowsOf } from '../../../tools/vocabulary/generate.mjs';

const fileText = (path) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const header = fileText('engine/base/vocabulary.h');

test('vocabulary.ts is what the table gives today', () => {
  const wanted = generate(header);
  const hint = 'run tools/vocabulary/generate.mjs';
  assert.equal(fileText('web/src/shared/vocabulary.ts'), wanted, hint);
});

test('rows are read over several lines, with words that hold commas', () => {
  const text = [
    '#define AURALIS_T(X) \\',
    '  X(kA, "a", \\',
    '    "one, two") \\',
    '  X(kB, "b", "")',
    '',
    'X(kC)',
  ].join('\n');
  assert.deepEqual(rowsOf(text, 'T'), [
    ['kA', 'a', 'one, two'],
    ['kB', 'b', ''],
  ]);
});

test('a table that is gone is an error', () => {
  assert.throws(() => rowsOf(header, 'GONE'), /no table GONE/);
});
