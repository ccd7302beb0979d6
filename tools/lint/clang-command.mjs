/** Makes options for clang 14 of a line of compile_commands.json, GCC's or Emscripten's. */
import { execFileSync } from 'node:child_process';

/** What GCC knows and clang 14 does not, or what only matters for the object file. */
const DROPPED =
  /^-(fcoroutines|fpch-preprocess|Winvalid-pch|O\d|g|f.*-sections|MD|f(no-)?sanitize.*)$/;

/** clang 14 has the standard's coroutines, but does not tell its library or Boost. */
const COROUTINES = [
  '-D__cpp_impl_coroutine=201902L',
  '-DBOOST_ASIO_HAS_CO_AWAIT=1',
  '-DBOOST_ASIO_HAS_STD_COROUTINE=1',
];

/** The words of a command line as a shell takes it apart; there is nothing to expand in it. */
export const shellWords = (line) => {
  const words = line.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/gs) ?? [];
  const quoted = /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/gs;
  return words.map((word) =>
    word.replaceAll(quoted, (_, double, single, escaped) =>
      double === undefined ? (single ?? escaped) : double.replaceAll(/\\(["\\$`])/g, '$1'),
    ),
  );
};

let emscriptenOptions;

/** The options of em++ that say where its headers are and what it defines. */
const emscripten = () => {
  if (emscriptenOptions === undefined) {
    const words = shellWords(execFileSync('em++', ['--cflags'], { encoding: 'utf8' }));
    emscriptenOptions = [];
    while (words.length > 0) {
      const word = words.shift();
      // Those of LLVM's back end take another word and change nothing that is looked at here.
      if (word === '-mllvm') words.shift();
      else emscriptenOptions.push(word);
    }
  }
  return emscriptenOptions;
};

/** `command`: as CMake writes it, for a shell. */
export const clangCommand = (command) => {
  const [compiler, ...words] = shellWords(command);
  const at = /\/env|\/cmake$/.test(compiler) ? words.findIndex((word) => /\+\+$/.test(word)) : -1;
  const program = at === -1 ? compiler : words[at];
  const options = [];
  for (let index = at + 1; index < words.length; index += 1) {
    const word = words[index];
    if (word === '-o' || word === '-c' || word === '-MT' || word === '-MF') index += 1;
    else if (!DROPPED.test(word)) options.push(word);
  }
  const isWasm = /em\+\+$/.test(program);
  const own = isWasm ? emscripten() : COROUTINES;
  return [...own, ...options, '-Wno-unknown-warning-option'];
};

/** The call that prints all files that `name` includes. */
export const includedFiles = (name, options) => ({
  compiler: 'clang++-14',
  arguments: [...options, '-M', name],
});
