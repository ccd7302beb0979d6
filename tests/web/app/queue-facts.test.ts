/** What the library says of the queue's tracks. */
import { describe, expect, it } from '@jest/globals';
import { LibraryData } from '../../../web/src/app/library-data';
import type { Fetch } from '../../../web/src/app/library-client';
import { LOOKED_UP, QueueFacts } from '../../../web/src/app/queue-facts';
import { localAddress } from '../../../web/src/shared/local-address';
import { LibraryServer } from '../../support/library-server';
import { createWorld, makeTrack, type World } from '../../support/player-world';

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

const idsOf = (count: number): string[] => Array.from({ length: count }, (_, at) => `${at}`);

type Opened = {
  readonly world: World;
  readonly server: LibraryServer;
  readonly data: LibraryData;
  readonly facts: QueueFacts;
};

/** So many tracks in the queue, and in a library where they are named anew; the first plays. */
const open = (count: number, wrap = (fetch: Fetch): Fetch => fetch): Opened => {
  const world = createWorld();
  const ids = idsOf(count);
  const server = new LibraryServer(ids.map((id) => ({ id, title: `New ${id}` })));
  const data = new LibraryData(wrap(server.fetch));
  world.player.playNow(ids.map(makeTrack), 0);
  return { world, server, data, facts: new QueueFacts(world.player, data) };
};

const titles = ({ world }: Opened): string[] =>
  world.state().queue.items.map(({ track }) => track.title);
const goneIds = ({ world }: Opened): string[] =>
  world.state().queue.items.flatMap(({ track, isGone }) => (isGone ? track.id : []));

describe('Facts of the queue', () => {
  it('are the newest of the library, around what plays', async () => {
    const opened = open(30);
    opened.facts.lookUp();
    await settle();
    expect(titles(opened)).toEqual(
      idsOf(30).map((id, at) => (at < LOOKED_UP.behind ? `New ${id}` : `Title ${id}`)),
    );
    expect([opened.server.asked.length, goneIds(opened)]).toEqual([LOOKED_UP.behind, []]);
  });

  it('tell what is gone, and that it is there again', async () => {
    const opened = open(3);
    const { server, data } = opened;
    const all = server.tracks;
    server.tracks = all.filter(({ id }) => id !== '1');
    data.invalidate();
    await settle();
    expect([goneIds(opened), titles(opened)]).toEqual([['1'], ['New 0', 'Title 1', 'New 2']]);
    server.tracks = all;
    data.invalidate();
    await settle();
    expect([goneIds(opened), titles(opened)]).toEqual([[], ['New 0', 'New 1', 'New 2']]);
  });

  it('are not asked of files of this device, which are never gone for it', async () => {
    const opened = open(1);
    const { world, server, facts } = opened;
    const address = localAddress({ path: 'a.flac', sizeBytes: 1, modifiedMs: 1 });
    world.player.enqueue([{ ...makeTrack(address), url: address }]);
    facts.lookUp();
    await settle();
    expect([server.asked.length, goneIds(opened)]).toEqual([1, []]);
  });

  it('stay as they are where the server cannot be reached', async () => {
    const opened = open(3);
    const { server, data } = opened;
    server.tracks = server.tracks.slice(1);
    data.invalidate();
    await settle();
    const before = titles(opened);
    server.tracks = [];
    server.isDown = true;
    data.invalidate();
    await settle();
    expect([goneIds(opened), titles(opened)]).toEqual([['0'], before]);
  });

  it('are those of the last call, and each look ends, however often it is asked for', async () => {
    const waiting: (() => void)[] = [];
    const signals = new Set<AbortSignal | undefined>();
    const opened = open(2, (fetch) => async (url, options) => {
      signals.add(options?.signal);
      const answer = fetch(url, options);
      await new Promise<void>((resolve) => waiting.push(resolve));
      return answer;
    });
    const { server, facts } = opened;
    facts.lookUp();
    await settle(); // The server has answered; the answers are on their way.
    for (const name of ['Newer', 'Newest']) {
      server.tracks = server.tracks.map(({ id }) => ({ id, title: `${name} ${id}` }));
      facts.lookUp();
    }
    expect(server.asked).toHaveLength(2);
    for (const resolve of waiting.splice(0)) resolve();
    await settle();
    expect(titles(opened)).toEqual(['New 0', 'New 1']);
    expect(server.asked).toHaveLength(4);
    for (const resolve of waiting.splice(0)) resolve();
    await settle();
    expect(titles(opened)).toEqual(['Newest 0', 'Newest 1']);
    expect(server.asked).toHaveLength(4);
    expect([...signals].some((signal) => signal?.aborted)).toBe(false);
  });

  it('change nothing any more once they are given up', async () => {
    const opened = open(2);
    opened.facts.lookUp();
    opened.facts.dispose();
    opened.data.invalidate();
    await settle();
    expect(titles(opened)).toEqual(['Title 0', 'Title 1']);
  });
});
