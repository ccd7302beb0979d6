/**
 * The style that a program can check: `node tests/tidy/tidy.mjs [root]`. Prints
 * `file:line: error: X, use Y` for every finding and exits 1 when there is one. Knows no tool but
 * Node.js, so it runs first and in milliseconds; what needs a compiler is left to `make lint`.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { codeFindings } from './code-rules.mjs';
import { roomFindings } from './room-rules.mjs';
import { splitSource } from './source-text.mjs';
import { textFindings } from './text-rules.mjs';

/** Folders of built and fetched things, as .gitignore has them. */
const NOT_OURS = new Set(
  '.git .cache .vscode .idea build node_modules dist coverage generated test-results'.split(' '),
);
const FILES_MAX = 10_000;

const languageOf = (file) => {
  if (/\.(cc|h|c)$/.test(file)) return 'c++';
  return /\.(ts|tsx|mjs)$/.test(file) ? 'ts' : null;
};

/** Relative paths of the files below `root`, sorted, with `/` between folders. */
export function listFiles(root) {
  const found = [];
  const folders = [''];
  while (folders.length > 0) {
    const folder = folders.pop();
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const place = path.posix.join(folder, entry.name);
      if (entry.isDirectory() && !NOT_OURS.has(entry.name)) folders.push(place);
      // In a second worktree .git is a file.
      if (entry.isFile() && entry.name !== '.git') found.push(place);
    }
    if (found.length > FILES_MAX) throw new Error(`more than ${FILES_MAX} files below ${root}`);
  }
  return found.sort();
}

/** Findings, as lines to print, about `tree`: a Map of path to text. */
export function checkTree(tree) {
  const known = new Set(tree.keys());
  for (const file of tree.keys()) {
    for (let end = file.lastIndexOf('/'); end > 0; end = file.lastIndexOf('/', end - 1)) {
      known.add(file.slice(0, end));
    }
  }
  const exists = (place) => known.has(place.replace(/\/$/, ''));
  const printed = [];
  for (const [name, text] of tree) {
    const lines = text.split('\n');
    if (lines.at(-1) === '') lines.pop();
    const language = languageOf(name);
    const parts = language === null ? {} : splitSource(text, language);
    const file = { path: name, text, lines, ...parts };
    const findings = [...textFindings(file, exists), ...roomFindings(file, exists)];
    if (language !== null) findings.push(...codeFindings(file));
    findings.sort((a, b) => a.line - b.line);
    printed.push(...findings.map(({ line, message }) => `${name}:${line}: error: ${message}`));
  }
  return printed;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = path.resolve(process.argv[2] ?? fileURLToPath(new URL('../..', import.meta.url)));
  const files = listFiles(root);
  const tree = new Map(files.map((name) => [name, readFileSync(path.join(root, name), 'utf8')]));
  const printed = checkTree(tree);
  for (const line of printed) process.stdout.write(`${line}\n`);
  process.stdout.write(`tidy: ${files.length} files, ${printed.length} findings\n`);
  process.exitCode = printed.length > 0 ? 1 : 0;
}
