#!/usr/bin/env node
/**
 * usage: generate.mjs [--check]
 *
 * Writes web/src/shared/vocabulary.ts from the tables of engine/base/vocabulary.h, and
 * docs/errors.md from them and those of engine/cli/failure.h; with --check it only tells (exit 1)
 * when one of the two is not what the tables give. tests/web/engine/vocabulary.test.ts compares the
 * page's names with what the engine itself says.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
/** Where the tables stand, from the root of the checkout. */
export const HEADER = 'engine/base/vocabulary.h';
const PROGRAM_HEADER = 'engine/cli/failure.h';

/** Table, name of the constant, name of the type, what it is. */
const LISTS = [
  ['CONTAINERS', 'CONTAINERS', 'Container', 'Kinds of files that the engine plays.'],
  ['CODECS', 'CODECS', 'Codec', 'How the audio inside them is coded.'],
  ['PRESETS', 'PRESETS', 'Preset', 'Their places are what setEnhancement() takes.'],
  ['LEVELS', 'LEVELS', 'Level', 'What the loudness is brought to.'],
  ['COMPARES', 'COMPARES', 'Compare', 'For a comparison by ear.'],
  ['STAGES', 'STAGES', 'Stage', 'Stages that tell what they did, in the order of their values.'],
  ['GAIN_LIMITS', 'GAIN_LIMITS', 'GainLimit', 'Why a plan stays below its target.'],
  ['ERROR_CODES', 'ENGINE_ERROR_CODES', 'EngineErrorCode', 'What can be done about a failure.'],
  ['TRACK_WARNINGS', 'TRACK_WARNINGS', 'TrackWarning', 'What to know of a track that plays.'],
];

/** The rows of a table, each as the list of its arguments. */
export function rowsOf(header, table) {
  const start = header.indexOf(`#define AURALIS_${table}(X)`);
  if (start < 0) throw new Error(`${HEADER} has no table ${table}`);
  const lines = header.slice(start).split('\n');
  const last = lines.findIndex((line) => !line.endsWith('\\'));
  const text = lines
    .slice(1, last + 1)
    .map((line) => line.replace(/\\$/, ''))
    .join(' ');
  const rows = [...text.matchAll(/\bX\(((?:"[^"]*"|[^()"])*)\)/g)];
  return rows.map(([, row]) =>
    [...row.matchAll(/"([^"]*)"|([\w.]+)/g)].map(([, words, symbol]) => words ?? symbol),
  );
}

/** The names of a table, in its order. */
export const namesOf = (header, table) => rowsOf(header, table).map(([, name]) => name);

const quoted = (text) => (text.includes("'") ? JSON.stringify(text) : `'${text}'`);

const list = (header, [table, constant, type, comment]) => {
  const names = namesOf(header, table).map((name) => `  '${name}',`);
  return [
    `/** ${comment} */`,
    `export const ${constant} = [`,
    ...names,
    '] as const;',
    `export type ${type} = (typeof ${constant})[number];`,
    '',
  ];
};

const errorDetails = (header) => {
  const codes = new Map(rowsOf(header, 'ERROR_CODES').map(([symbol, name]) => [symbol, name]));
  const rows = rowsOf(header, 'ERROR_DETAILS');
  return [
    '/** What exactly failed, and the code that goes with it. */',
    'export const ERROR_DETAILS = {',
    ...rows.map(
      ([, code, name]) => `  ${/^\w+$/.test(name) ? name : `'${name}'`}: '${codes.get(code)}',`,
    ),
    '} as const satisfies Readonly<Record<string, EngineErrorCode>>;',
    'export type ErrorDetail = keyof typeof ERROR_DETAILS;',
    '',
  ];
};

const warningWords = (header) => [
  '/** In English, without the full stop. */',
  'export const TRACK_WARNING_WORDS: Readonly<Record<TrackWarning, string>> = {',
  ...rowsOf(header, 'TRACK_WARNINGS').map(([, name, words]) => `  '${name}': ${quoted(words)},`),
  '};',
  '',
];

const containerFacts = (header) => [
  '/** The media type of each container, and what its files are called. */',
  'export const CONTAINER_FACTS: Readonly<',
  '  Record<Container, { readonly mediaType: string; readonly extensions: readonly string[] }>',
  '> = {',
  ...rowsOf(header, 'CONTAINERS').map(([, name, mediaType, extensions]) => {
    const names = extensions.split(' ').map((extension) => `'${extension}'`);
    return `  ${name}: { mediaType: '${mediaType}', extensions: [${names.join(', ')}] },`;
  }),
  '};',
  '',
];

export function generate(header) {
  const lines = [
    `/** Made by tools/vocabulary/generate.mjs from ${HEADER}: change that. */`,
    '',
    ...LISTS.flatMap((row) => list(header, row)),
    ...errorDetails(header),
    ...warningWords(header),
    ...containerFacts(header),
  ];
  return lines.join('\n');
}

const table = (heads, rows) => [
  `| ${heads.join(' | ')} |`,
  `|${heads.map(() => '---|').join('')}`,
  ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  '',
];

const ERRORS_INTRODUCTION = `# Errors and warnings

Made by tools/vocabulary/generate.mjs from ${HEADER} and
${PROGRAM_HEADER}: change those.

When \`auralis\` fails, it prints one line for a person on standard error, and with \`--json\` one
object on standard output:

\`\`\`
{"error":{"code":"corrupt","detail":"flac-metadata","message":"song.flac: damaged: ...",
"byte_offset":42,"file":"song.flac"}}
\`\`\`

\`code\` tells what can be done, \`detail\` what exactly it is; both are stable, words may change.
\`byte_offset\` is a place in the source, \`file\` what the message is about; each is left out where
there is none. The WebAssembly module and the page know the same codes and details of the engine.
A program that a signal ends is ended by that signal, with the detail \`interrupted\` before.
`.split('\n');

const detailTable = (codes, details) => {
  const names = new Map(codes.map(([symbol, name]) => [symbol, name]));
  const rows = details.map(([, code, name, words]) => [`\`${name}\``, names.get(code), words]);
  return table(['detail', 'code', 'what it is'], rows);
};

/** docs/errors.md, from the texts of the two headers. */
export function generateErrorsPage(header, programHeader) {
  const codes = rowsOf(header, 'ERROR_CODES');
  const programCodes = rowsOf(programHeader, 'PROGRAM_ERROR_CODES');
  const codeRows = [...codes, ...programCodes].map(([, name, exitCode, words]) => [
    `\`${name}\``,
    exitCode,
    words,
  ]);
  const warnings = rowsOf(header, 'TRACK_WARNINGS');
  return [
    ...ERRORS_INTRODUCTION,
    '## Codes',
    '',
    ...table(['code', 'exit code', 'what can be done'], codeRows),
    '## Details of the engine',
    '',
    ...detailTable(codes, rowsOf(header, 'ERROR_DETAILS')),
    '## Details of the command line, files and pipes',
    '',
    ...detailTable(programCodes, rowsOf(programHeader, 'PROGRAM_ERROR_DETAILS')),
    '## Warnings',
    '',
    'What a listener should know of a track that plays all the same: a line each on standard',
    'error, and with `--json` the member `warnings`, each of `name` and `words`. `info` tells',
    'those of the headers, `info --full` reads the whole track for all of them.',
    '',
    ...table(
      ['name', 'what it is'],
      warnings.map(([, name, words]) => [`\`${name}\``, words]),
    ),
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const textOf = (file) => readFileSync(path.join(ROOT, file), 'utf8');
  const header = textOf(HEADER);
  const wanted = {
    'web/src/shared/vocabulary.ts': generate(header),
    'docs/errors.md': generateErrorsPage(header, textOf(PROGRAM_HEADER)),
  };
  for (const [target, text] of Object.entries(wanted)) {
    if (!process.argv.includes('--check')) {
      writeFileSync(path.join(ROOT, target), text);
    } else if (textOf(target) !== text) {
      console.error(`${target} is not what the tables give: run tools/vocabulary/generate.mjs`);
      process.exitCode = 1;
    }
  }
}
