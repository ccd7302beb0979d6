/** The page's names and the list of errors are those of the tables, as they stand now. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { generate, generateErrorsPage, rowsOf } from '../../../tools/vocabulary/generate.mjs';

const fileText = (path) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const header = fileText('engine/base/vocabulary.h');

test('vocabulary.ts is what the table gives today', () => {
  const wanted = generate(header);
  const hint = 'run tools/vocabulary/generate.mjs';
  assert.equal(fileText('web/src/shared/vocabulary.ts'), wanted, hint);
});

test('docs/errors.md is what the tables give today', () => {
  const wanted = generateErrorsPage(header, fileText('engine/cli/failure.h'));
  assert.equal(fileText('docs/errors.md'), wanted, 'run tools/vocabulary/generate.mjs');
});

test('every code and detail is listed with its words, a row each', () => {
  const page = generateErrorsPage(header, fileText('engine/cli/failure.h'));
  assert.match(page, /^\| `corrupt` \| 3 \| the source breaks its own specification \|$/m);
  assert.match(page, /^\| `io` \| 4 \| .+ \|$/m);
  assert.match(page, /^\| `monkeys-audio` \| unsupported \| Monkey's Audio files .+ \|$/m);
  assert.match(page, /^\| `same-file` \| usage \| .+ \|$/m);
  assert.match(page, /^\| `ends-early` \| .+ \|$/m);
  assert.doesNotMatch(page, /undefined/);
});

test('--check tells by its exit code', () => {
  const program = fileURLToPath(new URL('../../../tools/vocabulary/generate.mjs', import.meta.url));
  assert.equal(spawnSync(process.execPath, [program, '--check']).status, 0);
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
