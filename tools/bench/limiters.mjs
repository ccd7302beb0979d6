/**
 * Our limiter and our whole chain beside FFmpeg's loudnorm and alimiter: the same signals, raised
 * by 6 dB, under the same ceiling. Ceiling, distortion of low tones, processor time.
 * (tests/bench/limiter_duel.cc makes the signals, runs ours and measures everybody.)
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, run } from './support.mjs';

const DUEL = join(ROOT, 'build/native/bin/limiter_duel');
const DRIVE_DB = 6;
const CEILING_DBTP = -1;
const LOUDNORM_LUFS_MAX = -5;
const TIMED_SECONDS = 60;
const TIMED_RUNS = 3;
const PROGRAM_TIMEOUT_MS = 600_000;

const SONGS = '/usr/share/games/fretsonfire/data/songs/sectoid';
const MUSIC = [
  ['Metal madness', 30],
  ['Escape from chaosland', 60],
  ['War of freedom', 60],
];

const UP = 'aresample=192000:resampler=soxr:precision=28';
const DOWN = 'aresample=48000:resampler=soxr:precision=28';
const STEREO = 'aformat=channel_layouts=stereo';
const ALIMITER = `alimiter=limit=${CEILING_DBTP}dB:level=disabled`;

/**
 * FFmpeg's filters for a signal of `lufs`. loudnorm (dynamic, its default) is asked for the
 * loudness that the signal has and drives its limiter by its offset; what it cannot be asked for,
 * being louder than its highest target, goes into the offset as well.
 */
const RIVALS = [
  { who: 'alimiter', filter: () => `volume=${DRIVE_DB}dB,${ALIMITER}` },
  { who: 'alimiter-192k', filter: () => `volume=${DRIVE_DB}dB,${UP},${ALIMITER},${DOWN}` },
  {
    who: 'loudnorm',
    filter: (lufs) => {
      const target = Math.max(Math.min(lufs, LOUDNORM_LUFS_MAX), -70);
      const offset = DRIVE_DB + Math.max(lufs, -70) - target;
      const options = `I=${target}:TP=${CEILING_DBTP}:LRA=20:offset=${offset.toFixed(2)}`;
      return `${STEREO},loudnorm=${options},${DOWN},${STEREO}`;
    },
  },
];
const OURS = [{ who: 'limiter' }, { who: 'chain' }];

const ffmpeg = (options) => run('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...options]);

const takeMusic = async (folder) => {
  const paths = [];
  for (const [song, start] of MUSIC) {
    const path = join(folder, `music ${song}.wav`);
    const cut = ['-ss', `${start}`, '-t', '8', '-i', join(SONGS, song, 'song.ogg')];
    await ffmpeg([...cut, '-ac', '2', '-ar', '48000', '-c:a', 'pcm_f32le', path]);
    paths.push(path);
  }
  return paths;
};

const runRivals = async (folder, signals) => {
  for (const { who, filter } of RIVALS) {
    await mkdir(join(folder, who));
    for (const { file, lufs } of signals) {
      const output = ['-af', filter(lufs), '-c:a', 'pcm_f32le', join(folder, who, file)];
      await ffmpeg(['-i', join(folder, file), ...output]);
    }
  }
};

/** User time of FFmpeg's own -benchmark, seconds; the least of some runs. */
const ffmpegSeconds = async (path, filters) => {
  let least = Infinity;
  for (let i = 0; i < TIMED_RUNS; ++i) {
    const script = 'exec "$0" "$@" 2>&1';
    const options = ['-nostdin', '-benchmark', '-i', path, ...filters, '-f', 'null', '-'];
    const said = await run('bash', ['-c', script, 'ffmpeg', ...options]);
    least = Math.min(least, Number(/bench: utime=([\d.]+)s/.exec(said)[1]));
  }
  return least;
};

/** Milliseconds of processor time per second of audio, by who. */
const measureTimes = async (folder) => {
  const path = join(folder, 'timed.f32.wave');
  const [song, start] = MUSIC[0];
  const cut = ['-ss', `${start}`, '-t', `${TIMED_SECONDS}`, '-i', join(SONGS, song, 'song.ogg')];
  const form = ['-ac', '2', '-ar', '48000', '-c:a', 'pcm_f32le', '-f', 'wav'];
  await ffmpeg([...cut, ...form, path]);
  const ours = JSON.parse(await run(DUEL, ['time', path], PROGRAM_TIMEOUT_MS));
  const times = { limiter: ours.limiter_ms, chain: ours.chain_ms };
  const nothing = await ffmpegSeconds(path, []);
  for (const { who, filter } of RIVALS) {
    const seconds = await ffmpegSeconds(path, ['-af', filter(-10)]);
    times[who] = (1000 * (seconds - nothing)) / TIMED_SECONDS;
  }
  return times;
};

const worst = (values) => values.reduce((a, b) => Math.max(a, b), -Infinity);

/** [{what, unit, byWho}]: smaller is better in every row. */
const rowsOf = (signals, verdicts, times) => {
  const kindOf = new Map(signals.map(({ file, kind }) => [file, kind]));
  const everyone = [...OURS, ...RIVALS].map(({ who }) => who);
  const worstOf = (kind, value) =>
    Object.fromEntries(
      everyone.map((who) => {
        const those = verdicts.filter((one) => one.who === who && kindOf.get(one.file) === kind);
        return [who, worst(those.map(value))];
      }),
    );
  const over = [
    ['libebur128', (one) => one.peak_dbtp - CEILING_DBTP],
    ['32x reference', (one) => one.fine_peak_dbtp - CEILING_DBTP],
  ];
  const sets = [
    ['full-band', 'adversarial set, full band'],
    ['band-limited', 'adversarial set, to 20 kHz'],
    ['music', 'loud music'],
  ];
  const rows = [];
  for (const [kind, name] of sets) {
    for (const [meter, value] of over) {
      rows.push({
        what: `(a) true peak over the ceiling, ${name}, ${meter}`,
        unit: 'dB',
        byWho: worstOf(kind, value),
      });
    }
  }
  rows.push({
    what: '(b) THD+N of steady tones, the worst of 30-100 Hz',
    unit: 'dB',
    byWho: worstOf('tone', (one) => one.thd_db),
  });
  for (const { file, frequency_hz: frequency } of signals.filter(({ kind }) => kind === 'tone')) {
    const those = verdicts.filter((one) => one.file === file);
    const byWho = Object.fromEntries(those.map((one) => [one.who, one.thd_db]));
    rows.push({ what: `    ${frequency} Hz`, unit: 'dB', byWho });
  }
  rows.push({ what: '(c) processor time per second of audio', unit: 'ms', byWho: times });
  return rows;
};

/** The rows of the comparison, measured in the folder given. */
export const measureLimiters = async (folder) => {
  const place = join(folder, 'duel');
  const music = join(folder, 'duel-music');
  await mkdir(place);
  await mkdir(music);
  const written = await run(
    DUEL,
    ['write', place, ...(await takeMusic(music))],
    PROGRAM_TIMEOUT_MS,
  );
  const signals = JSON.parse(written);
  await runRivals(place, signals);
  const rivals = RIVALS.map(({ who }) => who);
  const verdicts = JSON.parse(await run(DUEL, ['judge', place, ...rivals], PROGRAM_TIMEOUT_MS));
  const times = await measureTimes(folder);
  return rowsOf(signals, verdicts, times);
};

const signed = (value) => `${value < 0 ? '' : '+'}${value.toFixed(2)}`;

/** How far one of ours is ahead of the best rival of the row; negative where it is behind. */
const lead = ({ unit, byWho }, who) => {
  const rival = Math.min(...RIVALS.map((one) => byWho[one.who]));
  return unit === 'ms' ? `${(byWho[who] / rival).toFixed(2)}x` : signed(rival - byWho[who]);
};

/** Lines of the table. */
export const limiterTable = (rows) => {
  const everyone = [...OURS, ...RIVALS].map(({ who }) => who);
  const leads = OURS.map(({ who }) => `${who} leads by`);
  const head = [`${DRIVE_DB} dB into ${CEILING_DBTP} dBTP, less is better`, ...everyone, ...leads];
  const cells = rows.map((row) => [
    `${row.what}, ${row.unit}`,
    ...everyone.map((who) => signed(row.byWho[who])),
    ...OURS.map(({ who }) => lead(row, who)),
  ]);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...cells].map((row) => row[column].length)),
  );
  const line = ([what, ...values]) =>
    [what.padEnd(widths[0]), ...values.map((cell, i) => cell.padStart(widths[i + 1]))].join('  ');
  return [
    line(head),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...cells.map(line),
    'limiter: ours alone, made for sound up to 20 kHz; chain: ours whole, preset adaptive.',
    'THD+N below -140 dB is the rounding of the samples themselves; leads are over the best rival.',
  ];
};
