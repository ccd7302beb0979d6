/** Counts of instructions per stage: read from callgrind's dumps, compared with accepted ones. */

/** {stage, count} of one dump of callgrind; the trigger of the dump is the stage's name. */
export const parseDump = (text) => {
  const stage = /^desc: Trigger: Client Request: (.+)$/m.exec(text)?.[1];
  const total = /^totals: (\d+)$/m.exec(text)?.[1];
  if (stage === undefined || total === undefined) return null;
  return { stage, count: Number(total) };
};

const signed = (percent) => `${percent < 0 ? '' : '+'}${percent.toFixed(1)} %`;

/** One line per stage whose count is not the accepted one within the tolerance; [] when all are. */
export const compareCounts = (accepted, counted, tolerancePercent) => {
  const lines = [];
  for (const stage of Object.keys(accepted)) {
    if (!(stage in counted)) lines.push(`${stage}: accepted with a count, but was not run`);
  }
  for (const [stage, count] of Object.entries(counted)) {
    const before = accepted[stage];
    if (before === undefined) {
      lines.push(`${stage}: ${count} instructions, and no accepted count`);
      continue;
    }
    const percent = (100 * (count - before)) / before;
    if (Math.abs(percent) <= tolerancePercent) continue;
    const limit = `${signed(percent)}, allowed is +/-${tolerancePercent} %`;
    lines.push(`${stage}: ${before} -> ${count} instructions (${limit})`);
  }
  return lines;
};

/** Millions of instructions per second of audio, one line per stage. */
export const tableOf = (counted, seconds) =>
  Object.entries(counted).map(([stage, count]) => {
    const millions = count / seconds[stage] / 1e6;
    return `${stage.padEnd(32)} ${millions.toFixed(2).padStart(8)} M/s`;
  });
