/** Tests of tools/lint: what is asked of clang for a command, and when an answer is known. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { AnswerCache, hashOf } from '../../../tools/lint/answer-cache.mjs';
import { clangCommand } from '../../../tools/lint/clang-command.mjs';

/** Runs `body` with the path of a new folder, which is deleted afterwards. */
const inFolder = (body) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'auralis-lint-'));
  try {
    body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** A checkout of one source and one header below `folder`. */
const makeCheckout = (folder, name) => {
  const root = path.join(folder, name);
  mkdirSync(path.join(root, 'engine'), { recursive: true });
  writeFileSync(path.join(root, 'engine/a.cc'), 'int a;');
  writeFileSync(path.join(root, 'engine/a.h'), 'int b;');
  return root;
};

const RULE = 'a.o: engine/a.cc \\\n  engine/a.h\n';

test('an answer is known until a file, an option or the salt changes', () => {
  inFolder((folder) => {
    const root = makeCheckout(folder, 'one');
    const cached = (salt = 'tidy 14') => new AnswerCache(path.join(folder, 'cache'), root, salt);
    const options = [`-I${root}`];
    const knows = (salt, asked = options) => {
      const cache = cached(salt);
      return cache.knows(cache.question('engine/a.cc', asked));
    };
    assert.equal(knows(), false);
    const cache = cached();
    cache.keep(cache.prepare(cache.question('engine/a.cc', options), RULE));
    assert.equal(knows(), true);
    assert.equal(knows('tidy 15'), false);
    assert.equal(knows('tidy 14', [...options, '-DX']), false);
    writeFileSync(path.join(root, 'engine/a.h'), 'int c;');
    assert.equal(knows(), false);
    writeFileSync(path.join(root, 'engine/a.h'), 'int b;');
    assert.equal(knows(), true);
    rmSync(path.join(root, 'engine/a.h'));
    assert.equal(knows(), false);
  });
});

test('an answer holds in another clone', () => {
  inFolder((folder) => {
    const [one, two] = ['one', 'two'].map((name) => makeCheckout(folder, name));
    const [first, second] = [one, two].map(
      (root) => new AnswerCache(path.join(folder, 'cache'), root, 'tidy 14'),
    );
    const asked = first.question('engine/a.cc', [`-I${one}`, `-isystem ${one}/build`]);
    first.keep(first.prepare(asked, RULE));
    const question = second.question('engine/a.cc', [`-I${two}`, `-isystem ${two}/build`]);
    assert.equal(second.knows(question), true);
    assert.equal(readdirSync(path.join(folder, 'cache')).length, 2);
  });
});

test('an answer is not kept for a file that changed while it was looked at', () => {
  inFolder((folder) => {
    const root = makeCheckout(folder, 'one');
    const cache = new AnswerCache(path.join(folder, 'cache'), root, 'tidy 14');
    const question = cache.question('engine/a.cc', []);
    const prepared = cache.prepare(question, RULE);
    writeFileSync(path.join(root, 'engine/a.cc'), 'int worse;');
    cache.keep(prepared);
    assert.equal(cache.knows(question), false);
    writeFileSync(path.join(root, 'engine/a.cc'), 'int a;');
    const again = new AnswerCache(path.join(folder, 'cache'), root, 'tidy 14');
    assert.equal(again.knows(question), false);
  });
});

test('a change is seen whatever the folders and the files are called', () => {
  inFolder((folder) => {
    const root = makeCheckout(folder, 'our checkout #1 $HOME');
    const header = path.join(root, "engine/a header's copy.h");
    writeFileSync(header, 'int b;');
    const name = 'engine/a source.cc';
    writeFileSync(path.join(root, name), 'int a;');
    // As clang 14 writes it.
    const quoted = header.replaceAll(/[ #]/g, String.raw`\$&`).replaceAll('$', '$$$$');
    const rule = `a\\ source.o: engine/a\\ source.cc \\\n  ${quoted}\n`;
    const knows = () => {
      const cache = new AnswerCache(path.join(folder, 'cache'), root, 'tidy 14');
      return cache.knows(cache.question(name, []));
    };
    const cache = new AnswerCache(path.join(folder, 'cache'), root, 'tidy 14');
    cache.keep(cache.prepare(cache.question(name, []), rule));
    assert.equal(knows(), true);
    for (const changed of [header, path.join(root, name)]) {
      const text = readFileSync(changed);
      writeFileSync(changed, 'int c;');
      assert.equal(knows(), false, changed);
      writeFileSync(changed, text);
    }
    assert.equal(knows(), true);
  });
});

test('parts of a hash do not run into each other', () => {
  assert.notEqual(hashOf('ab', 'c'), hashOf('a', 'bc'));
});

test("of GCC's command clang gets what it understands, launcher and output left out", () => {
  const launcher = '/usr/bin/cmake -E env CCACHE_DIR=/c /usr/bin/ccache ';
  const command =
    '/usr/bin/c++ -DV=\\"1\\" -I/r -isystem /b -O3 -fcoroutines -Wall -std=c++20 -o x.o -c /r/x.cc';
  const options = ['-DV="1"', '-I/r', '-isystem', '/b', '-Wall', '-std=c++20'];
  for (const line of [command, launcher + command]) {
    const asked = clangCommand(line);
    assert.deepEqual(
      asked.filter((word) => options.includes(word)),
      options,
    );
    for (const word of ['-O3', '-fcoroutines', '-c', '-o', 'x.o', '/r/x.cc', '/usr/bin/ccache']) {
      assert.equal(asked.includes(word), false, word);
    }
    assert.ok(asked.includes('-D__cpp_impl_coroutine=201902L'));
  }
});

test('words with spaces stay whole, as CMake quotes them', () => {
  const command =
    String.raw`/usr/bin/c++ -DV="\"a b\"" -DW=\"c\" -isystem "/our checkout/it's" ` +
    String.raw`-o x.o -c "/our checkout/a b.cc"`;
  const asked = clangCommand(command).filter((word) => !word.startsWith('-DBOOST'));
  assert.deepEqual(asked.slice(1, -1), ['-DV="a b"', '-DW="c"', '-isystem', "/our checkout/it's"]);
});
