/**
 * Turns what tests/support/conformance.h writes, one JSON line per figure, into the tables of
 * docs/conformance.md. Figures of one test with the same text, limits and unit make one row, in
 * which the case with the least margin stands. The text depends on the figures alone, not on their
 * order, the day or the machine.
 */

/** What each test is about, in the order of the page. */
export const TESTS = [
  [
    'T1',
    'Meter',
    'Loudness (ITU-R BS.1770-5), loudness range and true peak against the cases of EBU Tech 3341 ' +
      'and 3342 and ITU-R BS.2217, synthesised at 44.1 and 48 kHz; against libebur128 on real ' +
      'music; and the probes that a track is judged by against the whole track.',
  ],
  [
    'T2',
    'Ceiling',
    'No peak above the ceiling, by libebur128 (4 times oversampled) and by interpolation of 32 ' +
      'times with 96 taps per phase; then what a listener gets, decoded from Opus.',
  ],
  [
    'T3',
    'Smoothness of the gain',
    'The limiter must not be heard: slopes of its gain, steady bass driven into it, and the ' +
      'sidebands that loud bass leaves on a tone above it.',
  ],
  [
    'T4',
    'Identity',
    'Intensity 0 is the original bit for bit; little intensity changes little; more changes more.',
  ],
  ['T5', 'Filters', 'Equaliser, band split and resampler against what was asked of them.'],
  [
    'T6',
    'Joins before the encoder',
    'A chunk rendered alone, in any order, has the bits of the run through the whole track.',
  ],
  [
    'T7',
    'Joins behind the encoder',
    'A fresh Opus encoder starts in every chunk. The coding error in the 20 ms at each join, ' +
      'against that of one encoder running through at the same place.',
  ],
  ['T8', 'Native and WebAssembly', 'The same bytes from both builds.'],
  [
    'T10',
    'Effect and taste',
    'What the presets do to music, and what they must not do, over 27 files of free game music, ' +
      'all presets at full intensity.',
  ],
  [
    'T11',
    'Robustness',
    'Input that no decoder should send, and the ends of every range, through the whole chain.',
  ],
  [
    'T12',
    'Damaged and odd inputs',
    'What one damaged place may change: the plan, against that of the undamaged song (six ' +
      'pieces, all presets, measured whole over 20 s; two of them also from probes over a ' +
      'minute, the damage where a probe falls), and the peak around it, decoded from Opus at ' +
      '96 kbit/s. Then what keeps music from being taken for damage.',
  ],
];

const PLACES = { samples: 0, plans: 0, frames: 0, joins: 0, runs: 0, '%': 0, '': 3 };

/** Of a figure, with as many decimals as its unit deserves. */
const number = (value, unit) => {
  const text = value.toFixed(PLACES[unit] ?? 2);
  return Number(text) === 0 ? text.replace('-', '') : text;
};
const quantity = (value, unit) =>
  unit === '%' ? `${number(value, unit)} %` : `${number(value, unit)} ${unit}`.trim();

/** How far inside the limits; negative outside; null where only one value is right. */
export const marginOf = ({ measured, low, high }) => {
  if (measured === null) return -Infinity;
  if (low !== null && low === high) return measured === low ? null : -Math.abs(measured - low);
  const below = high === null ? Infinity : high - measured;
  const above = low === null ? Infinity : measured - low;
  return Math.min(below, above);
};

/** The unit of a distance between two levels. */
const DISTANCE = { dBTP: 'dB', dBFS: 'dB', LUFS: 'LU' };

const limitText = ({ low, high, unit }) => {
  if (low === high) return `= ${quantity(low, unit)}`;
  if (low === null) return `≤ ${quantity(high, unit)}`;
  if (high === null) return `≥ ${quantity(low, unit)}`;
  if (low === -high) return `± ${quantity(high, unit)}`;
  return `${number(low, unit)} to ${quantity(high, unit)}`;
};

/** Infinity sorts behind, so that a row of exact figures gives way to one that missed. */
const worth = (row) => marginOf(row) ?? Infinity;

const isWorse = (a, b) => worth(a) < worth(b) || (worth(a) === worth(b) && a.context < b.context);

/** One row per key, sorted: { ...the worst figure, cases }. */
export const mergeFigures = (figures) => {
  const rows = new Map();
  for (const figure of figures) {
    const { test, what, low, high, unit, left_out } = figure;
    const key = JSON.stringify([test, what, low, high, unit, left_out]);
    const row = rows.get(key);
    const worst = row === undefined || isWorse(figure, row) ? figure : row;
    rows.set(key, { ...worst, cases: (row?.cases ?? 0) + 1 });
  }
  return [...rows.values()].sort((a, b) => {
    const texts = new Intl.Collator('en', { numeric: true }).compare(a.what, b.what);
    return texts || worth(a) - worth(b);
  });
};

const rowText = (row) => {
  if (row.left_out !== undefined) return `| ${row.what} | not run here | | | | ${row.left_out} |`;
  const margin = marginOf(row);
  const missed = margin !== null && !(margin >= 0);
  const cells = [
    row.what,
    row.measured === null ? 'not a number' : quantity(row.measured, row.unit),
    limitText(row),
    margin === null
      ? 'exact'
      : missed
        ? '**missed**'
        : quantity(margin, DISTANCE[row.unit] ?? row.unit),
    String(row.cases),
    row.cases > 1 && margin !== null ? row.context : '',
  ];
  return `| ${cells.join(' | ')} |`;
};

const HEAD = `# Conformance

What the sound of Auralis was measured to do, against what it must do. \`make report\` runs the
tests and writes this page from their figures; every row is also a test that fails when its limit
does not hold. Where a row covers many cases, the one with the least margin is shown, and named in
the last column. The music is that of Debian's free game packages, which \`make setup-test\`
installs.

Standards: ITU-R BS.1770-5 (loudness, true peak), EBU Tech 3341 and 3342 (meters, loudness range),
ITU-R BS.2217 (meter compliance), RFC 6716 (Opus).
`;

const section = ([test, title, about], rows) => {
  const lines = rows.map(rowText);
  return [
    `## ${test} ${title}`,
    '',
    ...wrap(about),
    '',
    '| what | measured | limit | margin | cases | worst case |',
    '|---|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
};

/** Lines of at most 100 columns. */
const wrap = (text) => {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= 100) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
};

/** The page. Throws for a figure of a test that TESTS does not name. */
export const conformancePage = (figures) => {
  const unknown = figures.find(({ test }) => !TESTS.some(([name]) => name === test));
  if (unknown !== undefined) throw new Error(`a figure of ${unknown.test}, which no section names`);
  const sections = TESTS.map((test) => {
    const rows = mergeFigures(figures.filter((figure) => figure.test === test[0]));
    return rows.length > 0 ? section(test, rows) : '';
  });
  return [HEAD, ...sections.filter((text) => text !== '')].join('\n').trimEnd() + '\n';
};

/** Figures whose limit does not hold. */
export const missedOf = (figures) =>
  mergeFigures(figures.filter(({ left_out }) => left_out === undefined)).filter((row) => {
    const margin = marginOf(row);
    return margin !== null && !(margin >= 0);
  });
