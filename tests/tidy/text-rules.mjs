/**
 * Rules about the text of one file, whatever its language: width, length, white space, markers,
 * places of one machine, Markdown titles and links. A rule yields `{ line, message }`.
 */
import path from 'node:path';

const COLUMNS_MAX = 100;
const LINES_MAX = 500;
/** The page's and the worker's sources: a piece that needs more has two affairs. */
const PAGE_LINES_MAX = 300;
const PAGE = /^web\/src\//;
/** Yet to be split. */
const LONG_PAGES = new Set(['web/src/engine/host-session.ts']);
const CODE = /\.(cc|h|c|ts|tsx|mjs|sh)$/;
const WIDTH = /(\.(cc|h|c|ts|tsx|mjs|sh|css|html)|CMakeLists\.txt|Makefile)$/;
const PROSE = /\.md$/;
const BINARY = /\.(wasm|o|a|so|exe|flac|wav|mp3|ogg|opus|webm|m4a|aac|zip|gz|xz|br)$/;
/** Their bytes are the key of the built libraries: a comment is not worth building them anew. */
const RECIPE = /^tools\/third-party\//;
/** What the documentation shows. */
const PICTURE = /^docs\/.*\.(png|jpg|webp)$/;
const MARKERS = /\b(TODO|FIXME|XXX|HACK)\b/;
// A folder of somebody's machine. Written so that this line does not match itself.
const MACHINE_PATH = /(?<![\w.}/-])\/(work|root|home)\/\w/;
const PRIVATE_HOST =
  /\/\/([\w.-]*\.(internal|local|lan|corp)|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+)\b/;

function* widthAndSpace(file) {
  const tabs = !/(^|\/)Makefile$|\.tsv$/.test(file.path);
  for (const [index, text] of file.lines.entries()) {
    const line = index + 1;
    // Counted in characters: a dash of three bytes is one column.
    const columns = [...text].length;
    // An address, a drawing (SVG path) and the title of a test have no place to break at.
    const exempt =
      text.includes('://') ||
      /^\s*(\w+: )?'M[\d.]+[ \d.a-zA-Z-]+',$/.test(text) ||
      /^\s*(it|test|describe)\('.*=> \{$/.test(text);
    if (WIDTH.test(file.path) && !RECIPE.test(file.path) && columns > COLUMNS_MAX && !exempt) {
      yield { line, message: `${columns} columns, use at most ${COLUMNS_MAX}` };
    }
    if (tabs && text.includes('\t')) yield { line, message: 'a tab, use spaces' };
    if (/[ \t]$/.test(text)) yield { line, message: 'a space at the end of the line, use none' };
    if (text.endsWith('\r')) yield { line, message: 'a carriage return, use line feeds alone' };
  }
  if (file.text !== '' && !file.text.endsWith('\n')) {
    yield { line: file.lines.length, message: 'no end of the last line, use a line feed' };
  }
}

function* length(file) {
  if (!CODE.test(file.path)) return;
  const isShort = PAGE.test(file.path) && !LONG_PAGES.has(file.path);
  const linesMax = isShort ? PAGE_LINES_MAX : LINES_MAX;
  if (file.lines.length > linesMax) {
    const message = `${file.lines.length} lines, use at most ${linesMax}: split the file`;
    yield { line: linesMax + 1, message };
  }
  if (LONG_PAGES.has(file.path) && file.lines.length <= PAGE_LINES_MAX) {
    yield { line: 1, message: 'short enough by now, use no exception for it (text-rules.mjs)' };
  }
}

function* markers(file) {
  const text = file.comments ?? file.text;
  for (const [index, line] of text.split('\n').entries()) {
    const marker = MARKERS.exec(line);
    if (marker !== null) {
      yield { line: index + 1, message: `${marker[0]} left over, use an issue or do it now` };
    }
  }
}

function* machines(file) {
  for (const [index, text] of file.lines.entries()) {
    const line = index + 1;
    if (MACHINE_PATH.test(text)) {
      yield { line, message: 'a path of one machine, use one relative to the repository' };
    }
    if (PRIVATE_HOST.test(text)) {
      yield { line, message: 'a host of a private network, use the public one' };
    }
    const resolved = /"resolved": "(.*)"/.exec(text)?.[1];
    if (file.path.endsWith('package-lock.json') && resolved !== undefined) {
      if (!resolved.startsWith('https://registry.npmjs.org/')) {
        yield { line, message: 'a package from elsewhere, use registry.npmjs.org' };
      }
    }
  }
}

function* markdown(file, exists) {
  if (!PROSE.test(file.path)) return;
  let fenced = false;
  const titles = [];
  for (const [index, text] of file.lines.entries()) {
    if (text.startsWith('```')) fenced = !fenced;
    if (fenced) continue;
    if (text.startsWith('# ')) titles.push(index + 1);
    for (const [, target] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      const place = path.posix.join(path.posix.dirname(file.path), target);
      if (!target.includes('://') && !exists(place)) {
        yield { line: index + 1, message: `a link to ${target}, use a file that is there` };
      }
    }
  }
  if (titles.length === 0) yield { line: 1, message: 'no title, use one line "# ..."' };
  for (const line of titles.slice(1)) {
    yield { line, message: 'a second title, use "##"' };
  }
}

/** All findings about `file` as text; `exists(path)` knows the files and folders of the tree. */
export function* textFindings(file, exists) {
  if (PICTURE.test(file.path)) return;
  if (BINARY.test(file.path) || file.text.includes('\0')) {
    yield { line: 1, message: 'a binary file, use a tool that makes or fetches it' };
    return;
  }
  yield* widthAndSpace(file);
  yield* length(file);
  yield* markers(file);
  yield* machines(file);
  yield* markdown(file, exists);
}
