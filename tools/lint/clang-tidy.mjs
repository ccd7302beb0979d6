/**
 * clang-tidy over every C++ source of ours, in parallel; what was found clean is not looked at
 * again while nothing that shapes the answer has changed.
 *
 * usage: node tools/lint/clang-tidy.mjs COMPILE_COMMANDS... [-- SOURCE...]
 *
 * An answer is named by a hash over clang-tidy's version, every .clang-tidy, the command, path and
 * content of all files that the source includes, the system's too. It lies outside the checkout,
 * in <cache>/clang-tidy, and holds in any clone. Only clean answers are kept: a finding is printed
 * anew each time. Exit code 1 when there is a finding, or a source that no command compiles.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AnswerCache, hashOf } from './answer-cache.mjs';
import { clangCommand, includedFiles } from './clang-command.mjs';

const ROOT = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const CLANG_TIDY = 'clang-tidy';
const OUTPUT_BYTES_MAX = 64 << 20;
const REPORT_EVERY_MS = 8000;

const cacheFolder = () => {
  const { AURALIS_CACHE_DIR, XDG_CACHE_HOME } = process.env;
  const base = AURALIS_CACHE_DIR || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'auralis');
  return join(base, 'clang-tidy');
};

/** {status, output}: of a program that may fail. */
const run = (program, options) =>
  new Promise((done) => {
    const limits = { cwd: ROOT, maxBuffer: OUTPUT_BYTES_MAX };
    execFile(program, options, limits, (error, stdout, stderr) => {
      done({ status: error === null ? 0 : (error.code ?? 1), stdout, stderr });
    });
  });

/** Files of the checkout, new ones that are not ignored too. */
const tracked = (...patterns) => {
  const options = ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...patterns];
  return execFileSync('git', options, { cwd: ROOT, encoding: 'utf8' })
    .split('\n')
    .filter((name) => name !== '' && existsSync(join(ROOT, name)));
};

/** Map of path, relative to ROOT, to the options for clang; the first file that knows it counts. */
const readCommands = (paths) => {
  const commands = new Map();
  for (const path of paths) {
    for (const entry of JSON.parse(readFileSync(path, 'utf8'))) {
      const name = relative(ROOT, resolve(entry.directory, entry.file));
      if (!commands.has(name)) commands.set(name, clangCommand(entry.command));
    }
  }
  return commands;
};

/** True when `name` is clean. */
const check = async (name, options, cache, count) => {
  const question = cache.question(name, options);
  if (cache.knows(question)) {
    count.known += 1;
    return true;
  }
  // What is looked at is what is remembered, whatever is edited meanwhile.
  const { compiler, arguments: asked } = includedFiles(name, options);
  const dependencies = await run(compiler, asked);
  if (dependencies.status !== 0) throw new Error(`${name}: ${dependencies.stderr}`);
  const answer = cache.prepare(question, dependencies.stdout);
  const { status, stdout, stderr } = await run(CLANG_TIDY, [
    '--quiet',
    '--warnings-as-errors=*',
    name,
    '--',
    ...options,
  ]);
  if (status !== 0) {
    // Else stderr only says how many warnings there were in headers of others.
    process.stdout.write(stdout === '' ? `${name}: ${stderr}\n` : stdout);
    return false;
  }
  cache.keep(answer);
  return true;
};

const main = async (words) => {
  const split = words.includes('--') ? words.indexOf('--') : words.length;
  const [paths, wanted] = [words.slice(0, split), words.slice(split + 1)];
  if (paths.length === 0) {
    console.error('usage: node tools/lint/clang-tidy.mjs COMPILE_COMMANDS... [-- SOURCE...]');
    return 2;
  }
  const commands = readCommands(paths);
  const sources = wanted.length > 0 ? wanted : tracked('*.cc');
  const unknown = sources.filter((name) => !commands.has(name));
  for (const name of unknown) console.log(`${name}: error: no target compiles it`);
  const version = execFileSync(CLANG_TIDY, ['--version'], { encoding: 'utf8' });
  const configs = tracked('.clang-tidy', '*/.clang-tidy');
  const texts = configs.map((name) => readFileSync(join(ROOT, name), 'utf8'));
  const cache = new AnswerCache(cacheFolder(), ROOT, hashOf(version, ...configs, ...texts));
  const count = { done: 0, known: 0, bad: 0 };
  const queue = sources.filter((name) => commands.has(name));
  const total = queue.length;
  const say = () =>
    console.log(`clang-tidy: ${count.done} of ${total}, ${count.known} known clean`);
  const ticker = setInterval(say, REPORT_EVERY_MS);
  const takeTurns = async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      if (!(await check(name, commands.get(name), cache, count))) count.bad += 1;
      count.done += 1;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, takeTurns));
  clearInterval(ticker);
  cache.prune();
  say();
  if (count.bad > 0) console.log(`clang-tidy: ${count.bad} files with findings`);
  return count.bad + unknown.length > 0 ? 1 : 0;
};

process.exitCode = await main(process.argv.slice(2));
