import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FileFacts } from '../../../web/src/net/file-facts';
import { NO_FACTS, type SourceFacts } from '../../../web/src/net/range-response';
import { Reconnection } from '../../../web/src/net/reconnection';
import { PlayerError } from '../../../web/src/shared/errors';
import { RangeServer } from '../../support/range-server';
import { VirtualClock } from '../../support/virtual-clock';

describe('FileFacts', () => {
  let server!: RangeServer;
  const sizes: number[] = [];

  beforeEach(async () => {
    server = await RangeServer.start(new Uint8Array(1234));
    sizes.length = 0;
  });
  afterEach(() => server.stop());

  const create = (expected: SourceFacts = NO_FACTS): FileFacts =>
    new FileFacts({
      expected,
      url: server.url,
      fetch: (url, init) => fetch(url, init),
      reconnection: new Reconnection({
        clock: new VirtualClock(9000),
        random: () => 0.5,
        onNetwork: () => undefined,
      }),
      onSize: (sizeBytes) => sizes.push(sizeBytes),
    });

  it('refuses another version of the file', () => {
    const facts = create();
    facts.learn({ ...NO_FACTS, sizeBytes: 1234, etag: '"v1"' });
    facts.learn({ ...NO_FACTS, sizeBytes: null, etag: '"v1"' });
    expect(facts.toldBytes).toBe(1234);
    expect(() => facts.learn({ ...NO_FACTS, sizeBytes: 1234, etag: '"v2"' })).toThrow(PlayerError);
  });

  it('does not tell as heard what was only expected', () => {
    const facts = create({ ...NO_FACTS, sizeBytes: 1234, etag: '"v1"' });
    facts.learn({ ...NO_FACTS, lastModified: 'Mon' });
    expect(facts.heard).toEqual({ ...NO_FACTS, lastModified: 'Mon' });
    expect(() => facts.learn({ ...NO_FACTS, etag: '"v2"' })).toThrow(PlayerError);
    facts.settle(1234);
    expect(facts.heard.sizeBytes).toBe(1234);
  });

  it('tells the size once, to whoever waits for it', async () => {
    const facts = create();
    expect(facts.sizeBytes).toBeNull();
    facts.settle(1234);
    facts.settle(99);
    await expect(facts.size).resolves.toBe(1234);
    expect(facts).toMatchObject({ sizeBytes: 1234, toldBytes: 1234 });
    expect(sizes).toEqual([1234]);
    expect(() => facts.learn({ ...NO_FACTS, sizeBytes: 99 })).toThrow(PlayerError);
  });

  it('asks for the size, again and again where the server is unwell', async () => {
    const facts = create();
    server.fault = (index) => (index < 2 ? { type: 'status', status: 503 } : null);
    await facts.ask();
    await expect(facts.size).resolves.toBe(1234);
    expect(facts.requestCount).toBe(3);
    expect(server.requests.map(({ method }) => method)).toEqual(['HEAD', 'HEAD', 'HEAD']);
  });

  it('asks no more once it has failed, and tells why', async () => {
    const facts = create();
    facts.fail(new PlayerError('aborted', 'in the test'));
    await facts.ask();
    expect(server.requests).toEqual([]);
    await expect(facts.size).rejects.toMatchObject({ message: 'in the test' });
    expect(sizes).toEqual([]);
  });
});
