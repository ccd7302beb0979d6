/** What a recorder writes down, into a store on an IndexedDB after the standard. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { NO_FACTS, type SourceFacts } from '../../../web/src/net/range-response';
import type { TrackInfo } from '../../../web/src/engine/engine-protocol';
import type { ChunkIndex } from '../../../web/src/shared/units';
import { IndexedDbKeeper } from '../../../web/src/store/indexed-db-keeper';
import { settingsKey, versionKey } from '../../../web/src/store/keys';
import type { TrackRecord } from '../../../web/src/store/records';
import { TrackRecorder } from '../../../web/src/store/track-recorder';
import { TrackStore, type KeptTrack } from '../../../web/src/store/track-store';
import { fakePlan } from '../../support/fake-engine';
import { freshDatabase } from '../../support/fresh-database';
import { ADAPTIVE } from '../../support/host-harness';
import { infoOf } from '../../support/track-stage';
import { VirtualClock } from '../../support/virtual-clock';

const TRACK = 'https://music.example/1';
const FACTS: SourceFacts = { ...NO_FACTS, sizeBytes: 5, etag: '"v"' };
const INIT = new Uint8Array([1, 2, 3]).buffer;
const WARM = { ...ADAPTIVE, preset: 'warm' as const };
const INFO: TrackInfo = infoOf(6);

beforeEach(freshDatabase);

const setUp = () => {
  const keeper = new IndexedDbKeeper({
    limitBytes: () => Promise.resolve(1e6),
    nowMs: () => Date.now(),
  });
  const store = new TrackStore({ keeper, clock: new VirtualClock() });
  const recorder = new TrackRecorder({ store, track: TRACK, engineBuild: 'e', settings: ADAPTIVE });
  /** Behind all that is to be written. */
  const kept = async (): Promise<TrackRecord | undefined> => {
    await new Promise((resolve) => setImmediate(resolve));
    // Nothing is kept of that version: it only comes behind the others.
    await store.writeChunk([TRACK, 'none', 'plan', 0 as ChunkIndex], []);
    return (await store.open(TRACK, 'e'))?.record;
  };
  return { store, recorder, kept };
};

const keptBefore = (change: Partial<TrackRecord> = {}): KeptTrack => ({
  record: {
    track: TRACK,
    version: versionKey('e', FACTS) ?? '',
    source: FACTS,
    info: INFO,
    initSegment: INIT,
    profile: 'measured',
    plans: [[settingsKey(WARM), { key: 'warm', summary: fakePlan() }]],
    ...change,
  },
  chunks: new Map(),
});

describe('A recorder', () => {
  it('keeps the warnings of earlier openings, and tells all of them', async () => {
    const { recorder, kept } = setUp();
    const info = { ...INFO, warnings: ['length-corrected', 'ends-early'] as const };
    recorder.adopt(keptBefore({ info }));
    recorder.listen(() => FACTS, null);
    recorder.opened(INFO, INIT);
    recorder.noticed(['junk-skipped', 'ends-early']);
    const all = ['length-corrected', 'ends-early', 'junk-skipped'];
    expect(recorder.allWarnings(['junk-skipped'])).toEqual(all);
    expect((await kept())?.info.warnings).toEqual(all);
  });

  it('writes nothing before it knows what is kept, and then all of it', async () => {
    const { recorder, kept } = setUp();
    let found = (_kept: KeptTrack): void => undefined;
    const joining = recorder.expect(new Promise((resolve) => (found = resolve)));
    recorder.listen(() => FACTS, null);
    recorder.opened(INFO, INIT);
    recorder.planned('adaptive', fakePlan({ profile: 'measured' }), false);
    recorder.noticed(['junk-skipped']);
    expect(await kept()).toBeUndefined();
    found(keptBefore());
    expect(await joining).toBe(true);
    const record = await kept();
    expect(record?.plans.map(([, { key }]) => key)).toEqual(['warm', 'adaptive']);
    expect(record).toMatchObject({ profile: 'measured', info: { warnings: ['junk-skipped'] } });
  });

  it('does not mix what is kept of another version', async () => {
    const { recorder, kept } = setUp();
    recorder.listen(() => FACTS, null);
    recorder.opened(INFO, INIT);
    const other = keptBefore({ version: 'e other' });
    expect(await recorder.expect(Promise.resolve(other))).toBe(false);
    recorder.planned('adaptive', fakePlan(), false);
    expect((await kept())?.plans.map(([, { key }]) => key)).toEqual(['adaptive']);
  });

  it.each([
    ['the same tag', FACTS, true],
    ['another tag', { ...FACTS, etag: '"w"' }, false],
    ['nothing any more', { ...NO_FACTS, sizeBytes: 5 }, false],
  ])('where the server tells %s knows whether the file is the same', (_, facts, isSame) => {
    const { recorder } = setUp();
    recorder.adopt(keptBefore());
    recorder.listen(() => facts, null);
    expect(recorder.opened(INFO, INIT)).toBe(isSame);
  });

  it('does not write down a track of which only warnings are known', async () => {
    const { recorder, kept } = setUp();
    recorder.listen(() => FACTS, null);
    recorder.opened(INFO, INIT);
    recorder.noticed(['junk-skipped']);
    expect(await kept()).toBeUndefined();
    recorder.planned('adaptive', fakePlan(), false);
    expect((await kept())?.info.warnings).toEqual(['junk-skipped']);
  });
});
