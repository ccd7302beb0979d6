/**
 * Words that a room does not use, with what it uses instead, and how files are named. They are
 * looked for in the code alone (source-text.mjs), so comments and strings may speak of them.
 */

const ENGINE = /^engine\/.*\.(cc|h)$/;
const ENGINE_CORE = /^engine\/(?!cli\/).*\.(cc|h)$/;
const PROGRAMS = /^(engine|wasm-bindings|server-min)\/.*\.(cc|h)$/;
const PAGE = /^web\/src\/.*\.tsx?$/;

const ban = (where, words, name, instead, except = null) => ({
  where,
  words,
  message: `${name}, use ${instead}`,
  except,
});

const BANS = [
  ban(ENGINE, /\bthrow\b/, 'throw', 'Result<T> (engine/base/result.h)'),
  ban(ENGINE, /\b(try\s*\{|catch\s*\()/, 'try and catch', 'Result<T> and ENGINE_TRY'),
  ban(ENGINE, /\bnew\b/, 'new', 'a value or std::make_unique'),
  ban(ENGINE, /(?<!=\s*)\bdelete\b/, 'delete', 'a value or std::unique_ptr'),
  ban(ENGINE, /\b(shared_ptr|make_shared)\b/, 'shared ownership', 'a value or std::unique_ptr'),
  ban(ENGINE, /\b(malloc|calloc|realloc|free)\s*\(/, 'malloc', 'std::vector'),
  ban(ENGINE, /\bstd::(cout|cerr|clog|cin)\b/, 'iostream', 'a value that the driver prints'),
  ban(ENGINE, /\b(fopen|[io]?fstream)\b/, 'file access', 'bytes that the driver gives'),
  ban(ENGINE_CORE, /\b\w*printf\s*\(/, 'printf', 'a value that the driver prints'),
  ban(
    ENGINE,
    /\b(system_clock|steady_clock|high_resolution_clock|clock_gettime|gettimeofday)\b/,
    'a clock',
    'frames, or a time given as an argument',
  ),
  ban(
    ENGINE,
    /\b(s?rand\s*\(|random_device|mt19937|default_random_engine)/,
    'randomness',
    'a seed given as an argument',
  ),
  ban(
    ENGINE_CORE,
    /\bstd::(thread|jthread|mutex|atomic|async|condition_variable)\b/,
    'threads',
    'one bounded step per call',
  ),
  ban(
    ENGINE,
    /\breinterpret_cast\b/,
    'reinterpret_cast',
    'std::as_bytes or engine/base',
    /^engine\/base\//,
  ),
  ban(
    ENGINE,
    /\bstd::(bit_cast|format|ranges|views|source_location|expected|byteswap)\b/,
    'what the oldest Emscripten lacks',
    'the subset of STYLE.md',
  ),
  ban(
    ENGINE_CORE,
    /\bstd::(sin|cos|tan|a(sin|cos|tan2?)|sinh|cosh|tanh|exp2?|expm1|log(2|10|1p)?|pow|cbrt|fma)\b/,
    'a function of libm',
    'engine/base/math.h',
  ),
  ban(ENGINE, /(?<!\w)assert\s*\(/, 'assert', 'ENGINE_CHECK'),
  ban(PROGRAMS, /\busing namespace\b/, 'using namespace', 'names'),
  ban(/^web\/src\/.*(?<!\.d)\.tsx?$/, /\bexport default\b/, 'export default', 'a named export'),
  ban(PAGE, /(:|<|\||&|\bas)\s*any\b(?!\s*:)|\bany\[\]/, 'any', 'unknown, or the type'),
  ban(PAGE, /\bconsole\./, 'console', 'the injected log'),
  ban(PAGE, /\benum\s+\w/, 'enum', 'a union of strings'),
  ban(
    PAGE,
    /\b(Math\.random|Date\.now|performance\.now)\b/,
    'the global clock or chance',
    'the one given to the constructor',
    // Where the platform's own is handed in.
    /^web\/src\/(sw\/sw|app\/(main|browser-platform)|engine\/(engine\.|worker-pl)[a-z]+)\.tsx?$/,
  ),
];

const NAMES = [
  [/\.(cc|h)$/, /^[a-z0-9_]+\.(cc|h)$/, 'snake_case'],
  [/\.ts$/, /^[a-z0-9-]+(\.[a-z]+)*\.ts$/, 'kebab-case'],
  [/\.tsx$/, /^([A-Z]\w*|[a-z0-9-]+(\.test)?)\.tsx$/, 'PascalCase'],
  [/\.mjs$/, /^[a-z0-9-]+(\.[a-z]+)*\.mjs$/, 'kebab-case'],
];

function* names(file) {
  const name = file.path.split('/').at(-1);
  for (const [kind, good, style] of NAMES) {
    if (kind.test(name) && !good.test(name)) {
      yield { line: 1, message: `a file named ${name}, use ${style}` };
    }
  }
}

function* heads(file) {
  const wanted = /^(engine|wasm-bindings|server-min|tests\/support)\/.*\.h$|^web\/src\/.*\.tsx?$/;
  if (wanted.test(file.path) && !/^(\/\/|\/\*)/.test(file.lines[0] ?? '')) {
    yield { line: 1, message: 'no head, use a paragraph: what this is in charge of' };
  }
  if (/^(engine|server-min|tests)\/.*\.h$/.test(file.path) && !/^#pragma once$/m.test(file.text)) {
    yield { line: 1, message: 'no include guard, use #pragma once' };
  }
}

/** All findings about the words of `file`, which holds `code` and `comments`. */
export function* codeFindings(file) {
  yield* names(file);
  yield* heads(file);
  const bans = BANS.filter((rule) => rule.where.test(file.path) && !rule.except?.test(file.path));
  for (const [index, text] of file.code.split('\n').entries()) {
    // A preprocessor line names headers and messages, not calls.
    if (/^\s*#\s*(include|error|warning)\b/.test(text)) continue;
    for (const { words, message } of bans) {
      if (words.test(text)) yield { line: index + 1, message };
    }
  }
  if (!PAGE.test(file.path)) return;
  for (const [index, text] of file.comments.split('\n').entries()) {
    const silenced = /@ts-(ignore|nocheck|expect-error)\b/.exec(text);
    if (silenced !== null) {
      yield { line: index + 1, message: `${silenced[0]}, use a type that fits` };
    }
  }
}
