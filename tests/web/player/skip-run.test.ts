import { describe, expect, it } from '@jest/globals';
import {
  FAILURES_IN_A_ROW_MAX,
  isTracksFault,
  PLAYED_SECONDS,
  SkipRun,
} from '../../../web/src/player/skip-run';
import type { SkippedTrack } from '../../../web/src/player/player-types';
import { makeTrack } from '../../support/player-world';

const failed = (id: string): SkippedTrack => ({
  track: makeTrack(id),
  failure: { code: 'corrupt', detail: null, message: 'frame 3 is damaged' },
});

/** Plays from 0 on; a player in the foreground looks four times a second. */
const play = (run: SkipRun, seconds: number, stepSeconds = 0.25): void => {
  for (let at = 0; at <= seconds; at += stepSeconds) run.progress(at);
};

const ids = (run: SkipRun): string[] => run.skipped.map(({ track }) => track.id);

describe('SkipRun', () => {
  it('goes on after all failures in a row but the last', () => {
    const run = new SkipRun();
    for (let count = 1; count < FAILURES_IN_A_ROW_MAX; count += 1) {
      expect(run.mayGoOn).toBe(true);
      run.add(failed(`${count}`));
    }
    expect(run.mayGoOn).toBe(false);
    expect(ids(run)).toEqual(['1', '2']);
  });

  it('counts what was opened anew, without a word', () => {
    const run = new SkipRun();
    run.reopened();
    expect(run.mayGoOn).toBe(true);
    run.reopened();
    expect(run.mayGoOn).toBe(false);
    expect(ids(run)).toEqual([]);
    play(run, PLAYED_SECONDS);
    expect(run.mayGoOn).toBe(true);
  });

  it('begins anew once a track was heard for a while', () => {
    const run = new SkipRun();
    run.add(failed('1'));
    run.add(failed('2'));
    play(run, PLAYED_SECONDS);
    expect(run.mayGoOn).toBe(true);
    expect(ids(run)).toEqual(['1', '2']); // The words stay while that track plays.
    run.add(failed('3'));
    expect(ids(run)).toEqual(['3']);
  });

  it.each([1, 1.004, 1.25, 1.9])(
    'takes a track for heard in the background, where it looks every %f s',
    (stepSeconds) => {
      const run = new SkipRun();
      run.add(failed('1'));
      run.add(failed('2'));
      play(run, PLAYED_SECONDS + stepSeconds, stepSeconds);
      expect(run.mayGoOn).toBe(true);
    },
  );

  it('counts neither seeks nor the moments of many tracks as having played one', () => {
    const run = new SkipRun();
    run.add(failed('1'));
    play(run, PLAYED_SECONDS - 1);
    run.progress(100);
    run.progress(3);
    run.add(failed('2'));
    play(run, PLAYED_SECONDS - 1);
    expect(run.mayGoOn).toBe(false);
  });

  it('forgets all when somebody chooses a track, and only the words when they were read', () => {
    const run = new SkipRun();
    run.add(failed('1'));
    run.add(failed('2'));
    run.dismiss();
    expect(run.skipped).toEqual([]);
    expect(run.mayGoOn).toBe(false);
    run.clear();
    expect(run.mayGoOn).toBe(true);
  });

  it('goes the way somebody walks until a track was played or chosen', () => {
    const run = new SkipRun();
    expect(run.direction).toBe(1);
    run.clear(-1);
    play(run, PLAYED_SECONDS - 1);
    run.add(failed('1'));
    expect(run.direction).toBe(-1);
    play(run, PLAYED_SECONDS);
    expect(run.direction).toBe(1);
    run.clear(-1);
    run.clear();
    expect(run.direction).toBe(1);
  });

  it('blames a track for what the next one need not have', () => {
    const codes = ['unsupported', 'corrupt', 'gone', 'network', 'quota', 'internal'] as const;
    expect(codes.filter(isTracksFault)).toEqual(['unsupported', 'corrupt', 'gone']);
  });
});
