/**
 * Counts the instructions of every stage under callgrind and compares them with instructions.json:
 * unlike a time, a count does not depend on what else the machine does. Exit code 1 when a stage
 * left the tolerance, 77 (skipped) when the program comes from another compiler or machine than the
 * counts do.
 *
 * usage: node tests/perf/gate.mjs STAGE_INSTRUCTIONS [--accept]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareCounts, parseDump, tableOf } from './counts.mjs';

const ACCEPTED = new URL('instructions.json', import.meta.url);
const SKIPPED = 77;
const TIMEOUT_MS = 280_000;
// glibc chooses its string functions by the processor: here always those that every x86-64 has.
const PLAIN_GLIBC = '-AVX512F,-AVX512VL,-AVX512BW,-AVX2,-AVX,-FMA,-FMA4,-BMI2,-RTM,-ERMS,-FSRM';

const run = (program, options, environment = {}) => {
  const result = spawnSync(program, options, {
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    env: { ...process.env, ...environment },
  });
  if (result.error) throw new Error(`${program}: ${result.error.message} (make setup-test)`);
  if (result.status !== 0) throw new Error(`${program} failed: ${result.stdout}${result.stderr}`);
  return result.stdout;
};

/** {seconds, counts}: by stage, in the order in which they ran. */
const countStages = (program) => {
  const folder = mkdtempSync(join(tmpdir(), 'auralis-perf-'));
  try {
    const [wav, flac, mp3] = ['wav', 'flac', 'mp3'].map((end) => join(folder, `song.${end}`));
    run(program, ['input', wav]);
    run('flac', ['--silent', '-o', flac, wav]);
    run('lame', ['--silent', '-b', '192', wav, mp3]);
    const dumps = join(folder, 'dump');
    const valgrind = [
      '--quiet',
      '--tool=callgrind',
      '--instr-atstart=no',
      `--callgrind-out-file=${dumps}`,
    ];
    const said = run('valgrind', [...valgrind, program, 'count', wav, flac, mp3], {
      GLIBC_TUNABLES: `glibc.cpu.hwcaps=${PLAIN_GLIBC}`,
    });
    const found = readdirSync(folder)
      .filter((name) => name.startsWith('dump'))
      .map((name) => parseDump(readFileSync(join(folder, name), 'utf8')))
      .filter((dump) => dump !== null);
    const counts = new Map(found.map(({ stage, count }) => [stage, count]));
    const seconds = JSON.parse(said);
    const stages = Object.keys(seconds);
    const missing = stages.filter((stage) => !counts.has(stage));
    if (missing.length > 0) throw new Error(`callgrind left no dump for ${missing.join(', ')}`);
    return {
      seconds,
      counts: Object.fromEntries(stages.map((stage) => [stage, counts.get(stage)])),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const [program, option] = process.argv.slice(2);
if (program === undefined || (option !== undefined && option !== '--accept')) {
  console.error('usage: node tests/perf/gate.mjs STAGE_INSTRUCTIONS [--accept]');
  process.exit(2);
}
const accepted = JSON.parse(readFileSync(ACCEPTED, 'utf8'));
const compiler = run(program, ['compiler']).trim();
const maker = `${compiler}, ${process.arch}`;
if (option === undefined && maker !== accepted.maker) {
  console.log(`SKIPPED: the counts are those of ${accepted.maker}, this program's is ${maker}`);
  process.exit(SKIPPED);
}
const { seconds, counts } = countStages(program);
console.log(tableOf(counts, seconds).join('\n'));
if (option === '--accept') {
  const next = { maker, tolerance_percent: accepted.tolerance_percent, instructions: counts };
  writeFileSync(ACCEPTED, `${JSON.stringify(next, null, 2)}\n`);
  console.log('accepted: commit tests/perf/instructions.json');
} else {
  const lines = compareCounts(accepted.instructions, counts, accepted.tolerance_percent);
  for (const line of lines) console.error(`FAILED: ${line}`);
  if (lines.length > 0) {
    console.error('If this is meant: `make perf-accept`, and commit tests/perf/instructions.json.');
    process.exit(1);
  }
}
