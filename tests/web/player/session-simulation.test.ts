/**
 * Sessions with several tracks, from seeds: `SEEDS=n` runs n of them (`make sim`), `FIRST_SEED=n`
 * begins with that one, `SEED=n` replays one and prints what happened.
 */
import { describe, expect, it } from '@jest/globals';
import { SessionFault, simulateSession } from '../../support/session-simulation';

const { SEED, SEEDS = '150', FIRST_SEED = '1' } = process.env;
const FAULTS_SHOWN_MAX = 5;
/** Long runs tell how far they are. */
const PROGRESS_COUNT = 500;

const run = async (seed: number): Promise<SessionFault | null> => {
  try {
    const story = await simulateSession(seed);
    if (SEED !== undefined) process.stdout.write(`${story.join('\n')}\n`);
    return null;
  } catch (error) {
    if (error instanceof SessionFault) return error;
    throw error;
  }
};

describe('Session simulation', () => {
  it('holds all promises in every session', async () => {
    const first = Number(SEED ?? FIRST_SEED);
    const count = SEED === undefined ? Number(SEEDS) : 1;
    const faults: SessionFault[] = [];
    for (let seed = first; seed < first + count; seed += 1) {
      const fault = await run(seed);
      if (fault) faults.push(fault);
      const doneCount = seed - first + 1;
      if (fault || doneCount % PROGRESS_COUNT === 0) {
        process.stderr.write(
          `${doneCount} sessions; ${fault?.message ?? 'no fault in the last'}\n`,
        );
      }
      if (faults.length >= FAULTS_SHOWN_MAX) break;
    }
    const shown = faults.map(({ seed, message, story }) =>
      [...story, message, `SEED=${seed} replays it`].join('\n'),
    );
    expect(shown).toEqual([]);
  }, 3_600_000);
});
