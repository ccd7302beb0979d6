/** Tests of tools/setup/progress.sh: what of a command's output is passed on, and when. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../../tools/setup/progress.sh', import.meta.url));

/** Lines that come out when the shell script `script` writes in. */
const shown = (script, ...options) => {
  const command = `{ ${script}\n} | "$0" "$@"`;
  const { stdout, status } = spawnSync('bash', ['-c', command, PROGRAM, 'part', ...options], {
    encoding: 'utf8',
  });
  assert.equal(status, 0);
  return stdout.split('\n').slice(0, -1);
};

test('words are passed on at once, with the name of the part; empty lines are not', () => {
  assert.deepEqual(shown("printf 'one\\n\\ntwo  three\\nlast'"), [
    'part: one',
    'part: two  three',
    'part: last',
  ]);
});

test('of many progress lines the first and the last are shown', () => {
  const script = 'for i in 1 2 3 4 5; do echo "[$i/5] Building CXX object a/b/c$i.o"; done';
  assert.deepEqual(shown(script), ['part: [1/5] c1.o', 'part: [5/5] c5.o']);
});

test("apt's status becomes a percentage", () => {
  const lines = ['pmstatus:libc6:amd64:45.6:Unpacking libc6 (amd64)', 'Reading lists...'];
  assert.deepEqual(shown(`printf '%s\\n' '${lines.join("' '")}'`, '--progress-only'), [
    'part: 45 % Unpacking libc6 (amd64)',
  ]);
});

test('a silent command is said to be at work, and nothing of a line is lost', () => {
  assert.deepEqual(shown("printf '[1/2] a\\n[2/2] b\\nhal'; sleep 9; echo f"), [
    'part: [1/2] a',
    'part: at work ([2/2] b)',
    'part: half',
  ]);
});
