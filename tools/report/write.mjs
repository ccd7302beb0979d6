/**
 * Writes docs/conformance.md from the figures of a test run, and names on standard error what
 * missed its limit.
 *
 * usage: node tools/report/write.mjs FIGURES.jsonl PAGE.md
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { conformancePage, missedOf } from './table.mjs';

const [source, target] = process.argv.slice(2);
if (target === undefined) {
  process.stderr.write('usage: node tools/report/write.mjs FIGURES.jsonl PAGE.md\n');
  process.exit(2);
}
const figures = readFileSync(source, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line));
// Proven where both builds meet, by a test that needs a WebAssembly build: nothing is measured.
figures.push({
  test: 'T8',
  what: 'chunks of eight files, every preset, intensity 0, 0.5 and 1: equal bytes',
  left_out: 'in `make test-e2e`: tests/e2e/native-equals-wasm.test.ts',
});
writeFileSync(target, conformancePage(figures));
const missed = missedOf(figures);
for (const { test, what, measured, unit, context } of missed) {
  process.stderr.write(`missed: ${test}, ${what}: ${measured} ${unit} (${context})\n`);
}
process.stdout.write(`${target}: ${figures.length} figures, ${missed.length} rows missed\n`);
