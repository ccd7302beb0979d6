/**
 * Splits a C++ or TypeScript source into its code and its comments, so that a rule about code does
 * not stumble over prose or the text of a string. Both results have the lines and columns of the
 * source; what does not belong to them is blank. A scanner, not a parser: markup between JSX tags
 * counts as code, and a slash begins a regular expression where no operand can stand before it.
 */

/** A slash behind one of these (or behind nothing) begins a regular expression. */
const BEFORE_REGEX = /(^|[(,=:[!&|?{};+\-*%<>~^]|\breturn|\bcase|\btypeof)\s*$/;

/** Where the literal or comment at `begin` ends (exclusive), and which kind it is; null: code. */
function tokenAt(text, begin, language) {
  const rest = (pattern) => {
    pattern.lastIndex = begin;
    return pattern.exec(text)?.[0].length ?? 0;
  };
  const two = text.slice(begin, begin + 2);
  if (two === '//') return { kind: 'comment', end: begin + rest(/[^\n]*/y) };
  if (two === '/*') return { kind: 'comment', end: begin + rest(/\/\*[^]*?(\*\/|$)/y) };
  const before = text.slice(Math.max(0, begin - 40), begin);
  const character = text[begin];
  if (language === 'c++' && two === 'R"') {
    return { kind: 'literal', end: begin + rest(/R"([^(]*)\([^]*?\)\1"/y) };
  }
  // An apostrophe between digits groups them.
  if (character === "'" && language === 'c++' && /[0-9a-fA-F]$/.test(before)) return null;
  let length = 0;
  if (character === '"') length = rest(/"(\\.|[^"\\\n])*"/y);
  if (character === "'") length = rest(/'(\\.|[^'\\\n])*'/y);
  if (character === '`' && language === 'ts') length = rest(/`(\\[^]|[^`\\])*`/y);
  if (character === '/' && language === 'ts' && BEFORE_REGEX.test(before)) {
    length = rest(/\/(\\.|\[(\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y);
  }
  return length > 0 ? { kind: 'literal', end: begin + length } : null;
}

const blank = (text) => text.replace(/[^\n]/g, ' ');

/** `{ code, comments }` of `text`; `language` is 'c++' or 'ts'. */
export function splitSource(text, language) {
  const code = [];
  const comments = [];
  let begin = 0;
  let index = 0;
  const take = (end, kind) => {
    const piece = text.slice(begin, end);
    code.push(kind === 'code' ? piece : blank(piece));
    comments.push(kind === 'comment' ? piece : blank(piece));
    begin = end;
  };
  while (index < text.length) {
    const token = /["'`/R]/.test(text[index]) ? tokenAt(text, index, language) : null;
    if (token === null) {
      index += 1;
      continue;
    }
    take(index, 'code');
    take(token.end, token.kind);
    index = token.end;
  }
  take(text.length, 'code');
  return { code: code.join(''), comments: comments.join('') };
}
