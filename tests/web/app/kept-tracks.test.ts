import { describe, expect, it } from '@jest/globals';
import { KeptTracks, REST_MS } from '../../../web/src/app/kept-tracks';
import type { ConnectionState } from '../../../web/src/app/connection';
import { Watchers } from '../../../web/src/app/watchers';
import type { EnhancementSettings } from '../../../web/src/engine/engine-protocol';
import type { PlayerSnapshot } from '../../../web/src/player/player-types';
import { ADAPTIVE } from '../../support/host-harness';
import { makeTrack } from '../../support/player-world';
import { SimClock } from '../../support/sim-clock';

const BASE = 'https://music.example/albums/3';

/** A page of which only what matters here is there. */
const setUp = () => {
  const clock = new SimClock();
  const playerWatchers = new Watchers();
  const connectionWatchers = new Watchers();
  let shown: Pick<PlayerSnapshot, 'settings' | 'track'> = { settings: ADAPTIVE, track: null };
  let state: ConnectionState = { isAway: false, knownAtMs: null, wantsLogin: null };
  const filesWatchers = new Watchers();
  let files: Set<string> | null = new Set();
  const asked: EnhancementSettings[] = [];
  const answers: ((listed: readonly string[] | null) => void)[] = [];
  let toldCount = 0;
  const kept = new KeptTracks({
    listWhole: (settings) => {
      asked.push(settings);
      return new Promise((resolve) => answers.push(resolve));
    },
    files: {
      subscribeToItems: filesWatchers.subscribe,
      hasFile: (url) => files && files.has(url),
    },
    player: {
      subscribe: playerWatchers.subscribe,
      getSnapshot: () => shown as PlayerSnapshot,
    },
    connection: { subscribe: connectionWatchers.subscribe, getState: () => state },
    clock,
    baseUrl: BASE,
  });
  kept.subscribe(() => (toldCount += 1));
  return {
    kept,
    clock,
    asked,
    answer: async (listed: readonly string[] | null): Promise<void> => {
      answers.shift()?.(listed);
      await clock.advance(0);
    },
    show: (change: Partial<typeof shown>): void => {
      shown = { ...shown, ...change };
      playerWatchers.tell();
    },
    connect: (isAway: boolean): void => {
      state = { ...state, isAway };
      connectionWatchers.tell();
    },
    keepFile: (url: string): void => {
      files?.add(url);
      filesWatchers.tell();
    },
    forgetFiles: () => (files = null),
    toldCount: () => toldCount,
  };
};

describe('KeptTracks', () => {
  it('has what is on the device as a file, in any sound and before all else is known', () => {
    const { kept, keepFile, toldCount } = setUp();
    keepFile('/a');
    expect([kept.has('/a'), kept.has('/b')]).toEqual([true, null]);
    expect(toldCount()).toBe(1);
  });

  it('says of nothing that it is not there before the files are known', async () => {
    const { kept, clock, answer, forgetFiles } = setUp();
    forgetFiles();
    await clock.advance(REST_MS);
    await answer([]);
    expect(kept.has('/a')).toBeNull();
  });

  it('knows nothing before it is told, and then each track by its address', async () => {
    const { kept, clock, asked, answer, toldCount } = setUp();
    expect(kept.has('/a')).toBeNull();
    await clock.advance(REST_MS);
    expect(asked).toEqual([ADAPTIVE]);
    expect(kept.has('/a')).toBeNull();
    await answer(['https://music.example/a']);
    expect([kept.has('/a'), kept.has('/b'), toldCount()]).toEqual([true, false, 1]);
  });

  it('asks anew for another sound, another track, a connection that goes; once for many', async () => {
    const { clock, asked, show, connect } = setUp();
    await clock.advance(REST_MS);
    expect(asked).toHaveLength(1);
    for (const intensity of [0.9, 0.8, 0.7]) show({ settings: { ...ADAPTIVE, intensity } });
    await clock.advance(REST_MS);
    expect(asked.slice(1)).toEqual([{ ...ADAPTIVE, intensity: 0.7 }]);
    show({ track: makeTrack('a') });
    await clock.advance(REST_MS);
    connect(true);
    await clock.advance(REST_MS);
    expect(asked).toHaveLength(4);
    // Nothing that matters.
    show({ settings: { ...ADAPTIVE, intensity: 0.7, compare: 'original' } });
    show({});
    connect(true);
    await clock.advance(10 * REST_MS);
    expect(asked).toHaveLength(4);
  });

  it('believes no answer to an older question', async () => {
    const { kept, clock, show, answer } = setUp();
    await clock.advance(REST_MS);
    show({ settings: { ...ADAPTIVE, preset: 'warm' } });
    await answer(['https://music.example/a']);
    expect(kept.has('/a')).toBeNull();
    await clock.advance(REST_MS);
    await answer(['https://music.example/b']);
    expect([kept.has('/a'), kept.has('/b')]).toEqual([false, true]);
  });

  it('does not know where the worker does not', async () => {
    const { kept, clock, answer, connect } = setUp();
    await clock.advance(REST_MS);
    await answer(['https://music.example/a']);
    connect(true);
    await clock.advance(REST_MS);
    await answer(null);
    expect(kept.has('/a')).toBeNull();
  });

  it('asks no more when the page is done with it', async () => {
    const { kept, clock, asked, show, answer, toldCount } = setUp();
    await clock.advance(REST_MS);
    show({ track: makeTrack('a') });
    kept.dispose();
    await answer([]);
    await clock.advance(10 * REST_MS);
    show({ track: makeTrack('b') });
    expect([asked.length, toldCount()]).toEqual([1, 0]);
  });
});
