/** What plays without the server, as the worker tells it, with the real engine and store. */
import { describe, expect, it, jest } from '@jest/globals';
import type { EnhancementSettings } from '../../../web/src/engine/engine-protocol';
import { StoreDesk } from '../../../web/src/engine/store-desk';
import { stereoSamples, wavFile } from '../../support/audio-files';
import { ADAPTIVE } from '../../support/host-harness';
import type { KeptStage } from '../../support/kept-stage';
import { keptStages } from '../../support/kept-stages';

jest.setTimeout(240_000);

const RATE_HZ = 48_000;
const CHUNK_COUNT = 4;
const FILE = wavFile(stereoSamples(96_000 * (CHUNK_COUNT - 1) + 30_001, RATE_HZ, 5), RATE_HZ);
const ALL = Array.from({ length: CHUNK_COUNT }, (_, chunk) => chunk);
const TRACK = 'https://music.example/track';
const WARM: EnhancementSettings = { ...ADAPTIVE, preset: 'warm' };
const OFF: EnhancementSettings = { ...ADAPTIVE, enhanced: false };

const setStage = keptStages({ file: FILE });

const ask = (
  stage: KeptStage,
  settings = ADAPTIVE,
  engineBuild = 'build',
): Promise<readonly string[] | null> =>
  new Promise((resolve, reject) => {
    const desk = new StoreDesk({
      keeping: () => ({ store: stage.store, engineBuild }),
      post: (message) => {
        if ('event' in message || !message.ok || message.id !== 7) reject(new Error('no answer'));
        else resolve(message.result as readonly string[] | null);
      },
    });
    void desk.handle({ id: 7, question: { type: 'listWhole', settings } });
  });

/** All of the track was played with these settings. */
const setPlayed = async (settings = ADAPTIVE): Promise<KeptStage> => {
  const stage = setStage();
  await stage.open(settings);
  await stage.play(ALL);
  await stage.settled();
  return stage;
};

describe('What plays from the store alone', () => {
  it('is what was played whole, in the sound in which it was', async () => {
    const stage = setStage();
    expect(await ask(stage)).toEqual([]);
    await stage.open();
    await stage.play(ALL.slice(0, -1));
    await stage.settled();
    expect(await ask(stage)).toEqual([]);
    await stage.play(ALL.slice(-1));
    await stage.settled();
    expect(await ask(stage)).toEqual([TRACK]);
    expect(await ask(stage, WARM)).toEqual([]);
    expect(await ask(stage, OFF)).toEqual([]);
    // With no album measured, it plays as by itself.
    expect(await ask(stage, { ...ADAPTIVE, level: 'album' })).toEqual([TRACK]);
    expect(await ask(stage, ADAPTIVE, 'another build')).toEqual([]);
  });

  it.each(['off', 'track'] as const)(
    'is the original, where that is wanted and was played, with the level %s',
    async (level) => {
      const original = { ...OFF, level };
      const stage = await setPlayed(original);
      expect(await ask(stage, original)).toEqual([TRACK]);
      expect(await ask(stage)).toEqual([]);
    },
  );

  it('is not what was replaced since', async () => {
    const stage = await setPlayed();
    const kept = await stage.store.open(TRACK, 'build');
    stage.store.refute(TRACK, kept?.record.version ?? '');
    expect(await ask(stage)).toEqual([]);
  });

  it('counts as no use of a track', async () => {
    const stage = await setPlayed();
    const before = stage.keeper.calls.length;
    await ask(stage);
    expect(stage.keeper.calls.slice(before)).toEqual(['listFilled', 'peekTrack']);
  });

  it('is not known where the storage fails, and nothing where a record does not come', async () => {
    const stage = await setPlayed();
    stage.keeper.fault = {
      before: (call) => {
        if (call === 'listFilled') throw new Error('the storage is broken');
      },
    };
    expect(await ask(stage)).toBeNull();
    stage.keeper.fault = {
      before: (call) => (call === 'peekTrack' ? new Promise<void>(() => undefined) : undefined),
    };
    expect(await ask(stage)).toEqual([]);
  });

  it('is not known where nothing is kept', async () => {
    const answered = await new Promise((resolve) => {
      const desk = new StoreDesk({ keeping: () => null, post: resolve });
      void desk.handle({ id: 1, question: { type: 'listWhole', settings: ADAPTIVE } });
    });
    expect(answered).toEqual({ id: 1, ok: true, result: null });
  });
});
