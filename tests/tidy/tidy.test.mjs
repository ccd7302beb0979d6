/** Tests of tidy.mjs: what it prints for bad samples, and that it keeps quiet about good ones. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { splitSource } from './source-text.mjs';
import { checkTree } from './tidy.mjs';

const HEAD = '// What this is.\n#pragma once\n';

/** What is printed about files given as an object of path to text. */
const printed = (files) => checkTree(new Map(Object.entries(files)));

/** What is printed about an engine unit of these lines, which has its test. */
const engine = (...lines) =>
  printed({
    'engine/dsp/x.cc': `${lines.join('\n')}\n`,
    'tests/engine/dsp/x_test.cc': '',
  });

test('words that the engine does not use are named with what it uses', () => {
  const bad = [
    'throw 1;',
    'try { f(); } catch (...) {}',
    'auto* a = new float[4];',
    'delete a;',
    'std::shared_ptr<int> b;',
    'std::cout << 1;',
    'std::printf("x");',
    'std::ifstream file;',
    'auto now = std::chrono::steady_clock::now();',
    'std::mt19937 dice;',
    'auto bits = reinterpret_cast<int*>(a);',
    'auto c = std::bit_cast<int>(1.0f);',
    'auto d = std::sin(1.0);',
    'assert(d > 0);',
    'std::mutex lock;',
  ];
  assert.deepEqual(engine(...bad), [
    'engine/dsp/x.cc:1: error: throw, use Result<T> (engine/base/result.h)',
    'engine/dsp/x.cc:2: error: try and catch, use Result<T> and ENGINE_TRY',
    'engine/dsp/x.cc:3: error: new, use a value or std::make_unique',
    'engine/dsp/x.cc:4: error: delete, use a value or std::unique_ptr',
    'engine/dsp/x.cc:5: error: shared ownership, use a value or std::unique_ptr',
    'engine/dsp/x.cc:6: error: iostream, use a value that the driver prints',
    'engine/dsp/x.cc:7: error: printf, use a value that the driver prints',
    'engine/dsp/x.cc:8: error: file access, use bytes that the driver gives',
    'engine/dsp/x.cc:9: error: a clock, use frames, or a time given as an argument',
    'engine/dsp/x.cc:10: error: randomness, use a seed given as an argument',
    'engine/dsp/x.cc:11: error: reinterpret_cast, use std::as_bytes or engine/base',
    'engine/dsp/x.cc:12: error: what the oldest Emscripten lacks, use the subset of STYLE.md',
    'engine/dsp/x.cc:13: error: a function of libm, use engine/base/math.h',
    'engine/dsp/x.cc:14: error: assert, use ENGINE_CHECK',
    'engine/dsp/x.cc:15: error: threads, use one bounded step per call',
  ]);
});

test('comments, strings and deleted functions may hold those words', () => {
  const good = [
    '// A new idea: throw nothing.',
    '/* delete\n   this */',
    'X(const X&) = delete;',
    'const char* text = "new \\" throw"; const char quote = \'"\';',
    'const int million = 1\'000\'000; const char* raw = R"(new ")";',
    'static_assert(sizeof(int) == 4);',
    'double root = std::sqrt(2.0); // std::sin is not used',
  ];
  assert.deepEqual(engine(...good), []);
});

test('the command line prints, but throws and clocks are no more allowed there', () => {
  const text = 'std::printf("x");\nthrow 1;\n';
  assert.deepEqual(
    printed({ 'engine/cli/main.cc': text, 'tests/engine/cli/program_test.cc': '' }),
    ['engine/cli/main.cc:2: error: throw, use Result<T> (engine/base/result.h)'],
  );
});

test('includes keep to the rooms, to the repository root and to what is there', () => {
  const header = (room) => [`engine/${room}/y.h`, HEAD];
  const files = Object.fromEntries(['base', 'dsp', 'enhance'].map(header));
  files['engine/dsp/x.h'] = `${HEAD}#include "engine/base/y.h"\n#include "engine/enhance/y.h"\n`;
  files['engine/enhance/x.h'] = `${HEAD}#include "engine/dsp/y.h"\n#include "y.h"\n`;
  files['server-min/x.h'] = `${HEAD}#include "engine/base/y.h"\n#include "engine/dsp/y.h"\n`;
  files['tests/support/x.h'] = `${HEAD}#include "engine/enhance/y.h"\n`;
  assert.deepEqual(printed(files), [
    'engine/dsp/x.h:4: error: engine/dsp includes engine/enhance, ' +
      'use engine/dsp, engine/base only',
    'engine/enhance/x.h:4: error: "y.h", use a path from the root of the repository',
    'server-min/x.h:4: error: server-min includes engine/dsp, ' +
      'use server-min, engine/base, engine/demux only',
  ]);
});

test('a third-party header is included in its one file, a system header nowhere', () => {
  const includes = ['<opus/opus.h>', '<vector>', '<unistd.h>', '<chrono>'];
  assert.deepEqual(engine(...includes.map((name) => `#include ${name}`)), [
    'engine/dsp/x.cc:1: error: <opus/opus.h>, use engine/encode/opus_encoder.cc, its one user',
    'engine/dsp/x.cc:3: error: <unistd.h>, use the C++ library: nothing else is here',
    'engine/dsp/x.cc:4: error: <chrono>, use values: the engine has no files, threads, ' +
      'clocks or chance',
  ]);
  const files = {
    'engine/encode/opus_encoder.cc': '#include <opus/opus.h>\n',
    'tests/engine/encode/opus_encoder_test.cc': '#include <opus/opus.h>\n',
    'server-min/routes.cc': '#include <boost/asio/post.hpp>\n',
  };
  assert.deepEqual(printed(files), [
    'server-min/routes.cc:1: error: <boost/asio/post.hpp>, ' +
      'use server-min/asio_awaitable.h, its one user',
  ]);
});

test('a unit of the engine has its test', () => {
  assert.deepEqual(printed({ 'engine/dsp/x.cc': '' }), [
    'engine/dsp/x.cc:1: error: a unit without test, use tests/engine/dsp/x_test.cc',
  ]);
});

test('a header has a head and a guard, a file the name style of its language', () => {
  const files = {
    'engine/base/Bad.h': 'int f();\n',
    'web/src/net/badName.ts': '/** x */\n',
    'web/src/app/Good.tsx': '/** x */\n',
  };
  assert.deepEqual(printed(files), [
    'engine/base/Bad.h:1: error: a file named Bad.h, use snake_case',
    'engine/base/Bad.h:1: error: no head, use a paragraph: what this is in charge of',
    'engine/base/Bad.h:1: error: no include guard, use #pragma once',
    'web/src/net/badName.ts:1: error: a file named badName.ts, use kebab-case',
  ]);
});

test('the page keeps to its types, its log and its rooms', () => {
  const lines = [
    '/** Nothing of any kind: console.log. */',
    "import { a } from '../player/player.ts';",
    "import { b } from '../shared/errors.ts';",
    'export default a as any;',
    '// @ts-ignore',
    'console.log(`any ${b}`, /"/);',
    'enum Kind { A }',
    'const at = Date.now();',
    'const quiet = { any: 1 };',
  ];
  assert.deepEqual(printed({ 'web/src/net/x.ts': `${lines.join('\n')}\n` }), [
    'web/src/net/x.ts:2: error: net imports player, use net, shared only',
    'web/src/net/x.ts:4: error: export default, use a named export',
    'web/src/net/x.ts:4: error: any, use unknown, or the type',
    'web/src/net/x.ts:5: error: @ts-ignore, use a type that fits',
    'web/src/net/x.ts:6: error: console, use the injected log',
    'web/src/net/x.ts:7: error: enum, use a union of strings',
    'web/src/net/x.ts:8: error: the global clock or chance, use the one given to the constructor',
  ]);
});

test('width is counted in characters; addresses, drawings and titles are exempt', () => {
  const fits = `// ${'–'.repeat(97)}`;
  const lines = [fits, `${fits}x`, `// https://${'x'.repeat(100)}`, `'M1 2l${' 3.5'.repeat(30)}',`];
  lines.push(`it('${'word '.repeat(20)}', () => {`);
  assert.deepEqual(printed({ 'tools/x.mjs': `${lines.join('\n')}\n` }), [
    'tools/x.mjs:2: error: 101 columns, use at most 100',
  ]);
});

test('files end: after 500 lines, in the page after 300, with a line feed, without white space', () => {
  assert.deepEqual(printed({ 'tools/x.mjs': '\n'.repeat(501) }), [
    'tools/x.mjs:501: error: 501 lines, use at most 500: split the file',
  ]);
  const page = `// What this is.${'\n'.repeat(301)}`;
  assert.deepEqual(printed({ 'web/src/player/x.ts': page }), [
    'web/src/player/x.ts:301: error: 301 lines, use at most 300: split the file',
  ]);
  assert.deepEqual(printed({ 'web/src/engine/host-session.ts': page }), []);
  assert.deepEqual(printed({ 'web/src/engine/host-session.ts': '// What this is.\n' }), [
    'web/src/engine/host-session.ts:1: error: short enough by now, use no exception for it ' +
      '(text-rules.mjs)',
  ]);
  assert.deepEqual(printed({ 'tools/x.sh': 'a \n\tb\r\nc', Makefile: 'a:\n\tb\n' }), [
    'tools/x.sh:1: error: a space at the end of the line, use none',
    'tools/x.sh:2: error: a tab, use spaces',
    'tools/x.sh:2: error: a carriage return, use line feeds alone',
    'tools/x.sh:3: error: no end of the last line, use a line feed',
  ]);
});

test('markers, paths of one machine, private hosts and foreign packages are found', () => {
  const marker = ['TO', 'DO'].join('');
  const home = ['', 'home', 'me', 'x'].join('/');
  const host = ['https:/', 'packages.internal', 'x'].join('/');
  const files = {
    'tools/a.mjs': `const ${marker} = 1; // ${marker}: later\n`,
    'tools/b.sh': `cd ${home}\ncurl ${host}\n`,
    'web/package-lock.json': '"resolved": "https://elsewhere.example/a.tgz"\n',
    'docs/a.bin': 'a\0b',
    'engine/base/x.wasm': '',
  };
  assert.deepEqual(printed(files), [
    'tools/a.mjs:1: error: TODO left over, use an issue or do it now',
    'tools/b.sh:1: error: a path of one machine, use one relative to the repository',
    'tools/b.sh:2: error: a host of a private network, use the public one',
    'web/package-lock.json:1: error: a package from elsewhere, use registry.npmjs.org',
    'docs/a.bin:1: error: a binary file, use a tool that makes or fetches it',
    'engine/base/x.wasm:1: error: a binary file, use a tool that makes or fetches it',
  ]);
});

test('Markdown has one title and links to what is there', () => {
  const files = {
    'docs/a.md':
      '# A\n\n```\n# a comment\n```\n[b](b.md) [c](../c.md#part) [d](https://d.e)\n# Z\n',
    'docs/b.md': 'no title\n',
  };
  assert.deepEqual(printed(files), [
    'docs/a.md:6: error: a link to ../c.md, use a file that is there',
    'docs/a.md:7: error: a second title, use "##"',
    'docs/b.md:1: error: no title, use one line "# ..."',
  ]);
});

test('the table of rooms in ARCHITECTURE.md and the folders agree', () => {
  const table = '# A\n\n| folder | holds |\n|---|---|\n| engine/base, engine/gone | x |\n';
  const files = {
    'ARCHITECTURE.md': table,
    'engine/base/x.h': HEAD,
    'engine/dsp/x.h': HEAD,
  };
  assert.deepEqual(printed(files), [
    'ARCHITECTURE.md:1: error: no row for engine/dsp, use the table of rooms',
    'ARCHITECTURE.md:5: error: the room engine/gone, use one that is there',
  ]);
});

test('code and comments are split without moving a character', () => {
  const text = "a = '/*'; /* b\nc */ d(/[/'\"]/, `e ${f} // g`); // h";
  const { code, comments } = splitSource(text, 'ts');
  assert.equal(code, 'a =     ;     \n     d(       ,              );     ');
  assert.equal(comments, '          /* b\nc */                            // h');
});

test('the program exits 1 with findings and 0 without, and leaves built things alone', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'auralis-tidy-'));
  const run = () => {
    const program = fileURLToPath(new URL('tidy.mjs', import.meta.url));
    const { status, stdout } = spawnSync(process.execPath, [program, root], { encoding: 'utf8' });
    return { status, stdout };
  };
  try {
    mkdirSync(path.join(root, 'build'));
    writeFileSync(path.join(root, 'build', 'x.o'), 'a\0b');
    writeFileSync(path.join(root, 'x.sh'), 'true\n');
    assert.deepEqual(run(), { status: 0, stdout: 'tidy: 1 files, 0 findings\n' });
    writeFileSync(path.join(root, 'x.sh'), 'true \n');
    assert.deepEqual(run(), {
      status: 1,
      stdout:
        'x.sh:1: error: a space at the end of the line, use none\n' + 'tidy: 1 files, 1 findings\n',
    });
  } finally {
    rmSync(root, { recursive: true });
  }
});
