import { describe, expect, it } from '@jest/globals';
import { NO_FACTS } from '../../../web/src/net/range-response';
import type { Cluster } from '../../../web/src/engine/engine-protocol';
import type { ChunkIndex, Frames } from '../../../web/src/shared/units';
import { crc32 } from '../../../web/src/shared/checksum';
import type { ChunkKey } from '../../../web/src/store/keys';
import {
  chunkFromBytes,
  chunkToBytes,
  planOf,
  trackFromBytes,
  trackToBytes,
  withPlan,
  type TrackRecord,
} from '../../../web/src/store/records';
import { fakePlan } from '../../support/fake-engine';

const KEY: ChunkKey = ['https://music.example/ä', 'e "v"', 'plan', 0 as ChunkIndex];
const cluster = (indexInChunk: number): Cluster => ({
  chunk: 0 as ChunkIndex,
  indexInChunk,
  start: (indexInChunk * 24_000) as Frames,
  frameCount: 24_000 as Frames,
  lastOfChunk: indexInChunk === 1,
  lastOfTrack: false,
  bytes: Uint8Array.from({ length: 300 }, (_, index) => index + indexInChunk).buffer,
  lead: indexInChunk === 0 ? new Uint8Array([1, 2, 3]).buffer : null,
  stageGainsDb: new Float32Array([-1.5, 0, -0.25, 3, indexInChunk, 0, 0]),
});
const CLUSTERS = [cluster(0), cluster(1)];
const TRACK: TrackRecord = {
  track: KEY[0],
  version: KEY[1],
  source: { ...NO_FACTS, sizeBytes: 5, etag: '"v"' },
  info: {
    container: 'wav',
    codec: 'pcm',
    sampleRateHz: 44_100,
    channels: 2,
    bitsPerSample: 16,
    frameCount: 1 as Frames,
    chunkCount: 1,
    chunkFrames: 96_000 as Frames,
    clusterFrames: 24_000 as Frames,
    title: 'Ünïcödé',
    artist: '',
    album: '',
    warnings: [],
  },
  initSegment: new Uint8Array([26, 69, 223]).buffer,
  profile: '{"a":1.25}',
  plans: [],
};

describe('A record', () => {
  it('comes back as it was', () => {
    expect(chunkFromBytes(KEY, chunkToBytes(KEY, CLUSTERS))).toEqual(CLUSTERS);
    expect(trackFromBytes(TRACK.track, trackToBytes(TRACK))).toEqual(TRACK);
  });

  it('is not taken for another one', () => {
    const sealed = chunkToBytes(KEY, CLUSTERS);
    const [track, version, plan] = KEY;
    expect(chunkFromBytes([track, version, plan, 1 as ChunkIndex], sealed)).toBeNull();
    expect(chunkFromBytes([track, version, 'other', 0 as ChunkIndex], sealed)).toBeNull();
    expect(trackFromBytes('https://music.example/b', trackToBytes(TRACK))).toBeNull();
  });

  it.each([
    ['a chunk', chunkToBytes(KEY, CLUSTERS), (bytes: unknown) => chunkFromBytes(KEY, bytes)],
    ['a track', trackToBytes(TRACK), (bytes: unknown) => trackFromBytes(TRACK.track, bytes)],
  ])('of %s is refused with any bit flipped, and at any shorter length', (_, sealed, read) => {
    const original = new Uint8Array(sealed);
    const wrong: string[] = [];
    for (let bit = 0; bit < original.length * 8; bit += 1) {
      const damaged = original.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (read(damaged.buffer) !== null) wrong.push(`bit ${bit}`);
    }
    for (let length = 0; length < original.length; length += 1) {
      if (read(original.slice(0, length).buffer) !== null) wrong.push(`length ${length}`);
    }
    for (const other of [undefined, null, 'text', 5, {}, new Uint8Array(20)]) {
      if (read(other) !== null) wrong.push(String(other));
    }
    expect(wrong).toEqual([]);
  });

  it('holds its profile once, and tells it with each plan', () => {
    const profile = 'x'.repeat(1000);
    const plan = { key: 'p', summary: fakePlan({ profile }) };
    let record: TrackRecord = { ...TRACK, profile };
    const before = trackToBytes(record).byteLength;
    for (const settings of ['a', 'b', 'c']) record = withPlan(record, settings, plan);
    expect(trackToBytes(record).byteLength - before).toBeLessThan(1500);
    const found = trackFromBytes(TRACK.track, trackToBytes(record));
    expect(found && planOf(found, 'b')).toEqual(plan);
  });

  it('remembers the latest plans, each once', () => {
    const plan = (key: string) => ({ key, summary: null });
    let record = TRACK;
    for (let index = 0; index < 100; index += 1) record = withPlan(record, `${index}`, plan('p'));
    record = withPlan(record, '99', plan('q'));
    expect(record.plans).toHaveLength(64);
    expect(planOf(record, '99')).toEqual(plan('q'));
    expect(planOf(record, '0')).toBeNull();
  });
});

describe('The checksum', () => {
  it('is the CRC-32 of the standard', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });
});
