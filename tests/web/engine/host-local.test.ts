/** EngineHost with the engine as it ships, on files of this device. */
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { EngineModule } from '../../../wasm-bindings/engine-module';
import type { Keeping } from '../../../web/src/engine/engine-host';
import { BlobSource } from '../../../web/src/net/blob-source';
import { localAddress } from '../../../web/src/shared/local-address';
import { flacFile, stereoSamples } from '../../support/audio-files';
import { HostHarness } from '../../support/host-harness';
import { MemorySource } from '../../support/memory-source';
import { loadRealEngine } from '../../support/real-engine';

jest.setTimeout(120_000);

const RATE_HZ = 44_100;
const BYTES = flacFile(stereoSamples(3 * RATE_HZ, RATE_HZ, 9), RATE_HZ, 100_000);
const ADDRESS = localAddress({ path: 'a.flac', sizeBytes: BYTES.length, modifiedMs: 1 });

let module: EngineModule;
beforeAll(async () => {
  module = await loadRealEngine();
});

/** A store that must not be asked. */
const forbidden = new Proxy(
  {},
  {
    get: () => {
      throw new Error('a local file is not kept');
    },
  },
) as Keeping;

const hostOf = (keeping: Keeping | null): HostHarness =>
  new HostHarness(
    () => Promise.resolve(module),
    (url, _network, _expected, file) =>
      url === ADDRESS ? new BlobSource(file) : new MemorySource(BYTES),
    () => null,
    keeping,
  );

describe('A file of this device', () => {
  it('is rendered as a server’s file is, and not kept', async () => {
    const local = hostOf(forbidden);
    const remote = hostOf(null);
    const opened = await local.open(1, ADDRESS, undefined, 0, {
      file: new Blob([Uint8Array.from(BYTES)]),
    });
    expect(opened.ok ? '' : opened.message).toBe('');
    expect(opened).toMatchObject({ ok: true, result: { track: { codec: 'flac' } } });
    await remote.open(1, '/api/player/stream/1');
    expect(await local.render(1, 0, 0)).toEqual(await remote.render(1, 0, 0));
    const clustersOf = ({ messages }: HostHarness): string[] =>
      messages.flatMap((message) =>
        'event' in message && message.event === 'cluster'
          ? [Buffer.from(message.cluster.bytes).toString('base64')]
          : [],
      );
    expect(clustersOf(local).length).toBeGreaterThanOrEqual(4);
    expect(clustersOf(local)).toEqual(clustersOf(remote));
  });

  it('fails as closed where it did not come along', async () => {
    const opened = await hostOf(null).open(1, ADDRESS);
    expect(opened).toMatchObject({ ok: false, code: 'closed' });
  });
});
