/** What is answered to those who ask for enhanced sound, with the engine as it ships. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FILE_COUNT_MAX } from '../../../web/src/chunks/chunk-answers';
import { TRACK_COUNT_MAX } from '../../../web/src/chunks/track-lines';
import { flacFile, stereoSamples } from '../../support/audio-files';
import { ChunkWorld } from '../../support/chunk-world';
import { until } from '../../support/waiting';

jest.setTimeout(120_000);

const RATE_HZ = 44_100;
const SECONDS = 9;
/** Six pieces of a file. */
const LONG_SECONDS = 30;
let file: Uint8Array;
let long: Uint8Array;
let world: ChunkWorld;

beforeAll(() => {
  const make = (seconds: number): Uint8Array =>
    flacFile(stereoSamples(seconds * RATE_HZ, RATE_HZ, 5), RATE_HZ, 0);
  file = make(SECONDS);
  long = make(LONG_SECONDS);
});

beforeEach(() => {
  world = new ChunkWorld();
  for (const id of ['a', 'b', 'c', 'd', 'e']) world.files.set(id, file);
  world.files.set('long', long);
});

afterEach(() => {
  for (const close of world.timers) close();
  world.stop();
});

const bytesOf = async (answer: Response | Promise<Response>): Promise<Buffer> =>
  Buffer.from(await (await answer).arrayBuffer());

describe('Requests for one track', () => {
  it('share one session, whatever the settings, and the order changes no byte', async () => {
    const asked = ['a/3', 'a/1?preset=warm', 'a/3?preset=warm', 'a/1', 'a/0?enhanced=0'];
    const together = await Promise.all(asked.map((rest) => bytesOf(world.ask(rest))));
    expect(world.commandsOf('open').length).toBe(1);
    for (const [place, rest] of [...asked.entries()].reverse()) {
      const alone = await bytesOf(world.ask(rest));
      expect(alone.equals(together[place] ?? Buffer.of())).toBe(true);
    }
    expect(new Set(together.map((bytes) => bytes.toString('base64'))).size).toBe(asked.length);
  });

  it('are not disturbed by one that is given up, and that one stops', async () => {
    const reader = new AbortController();
    await world.ask('a/init');
    world.before = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      reader.abort();
    };
    const given = world.ask('a/2', { signal: reader.signal });
    const other = bytesOf(world.ask('a/1'));
    await expect(given).resolves.toMatchObject({ type: 'error' });
    expect((await other).length).toBeGreaterThan(10_000);
    const renders = world.commandsOf('render').map(({ chunk, epoch }) => [chunk, epoch]);
    expect(renders).toEqual([
      [2, 0],
      [1, 1],
    ]);
  });

  it('are rendered once where they ask for the same at once, until the last one gives up', async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    await world.ask('a/init');
    world.before = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      first.abort();
    };
    const given = world.ask('a/2', { signal: first.signal });
    const others = [world.ask('a/2', { signal: second.signal }), world.ask('a/2?intensity=1')];
    await expect(given).resolves.toMatchObject({ type: 'error' });
    const [one, two] = await Promise.all(others.map(bytesOf));
    expect(one?.length).toBeGreaterThan(10_000);
    expect(two?.equals(one ?? Buffer.of())).toBe(true);
    expect(world.commandsOf('render').length).toBe(1);
    const last = world.ask('a/3', { signal: second.signal });
    second.abort();
    await expect(last).resolves.toMatchObject({ type: 'error' });
    expect((await bytesOf(world.ask('a/3'))).length).toBeGreaterThan(10_000);
  });

  it('leave nothing behind in the memory but the last chunk', async () => {
    await world.ask('a/3');
    const before = world.clusters.length;
    for (const index of [0, 1, 2]) await bytesOf(world.ask(`a/${index}`));
    const perChunk = (world.clusters.length - before) / 3;
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    await new Promise((resolve) => setTimeout(resolve, 10));
    collect();
    const held = world.clusters.filter((cluster) => cluster.deref() !== undefined);
    expect(held.length).toBeLessThanOrEqual(perChunk);
    expect(perChunk).toBeGreaterThan(1);
  });

  it('leave nothing open when nobody asks any more', async () => {
    await world.ask('a/1');
    await world.ask('a/2');
    expect(world.openCount).toBe(1);
    expect(world.timers.size).toBe(1);
    for (const close of world.timers) close();
    await until(() => world.openCount === 0);
    expect((await world.ask('a/1')).status).toBe(200);
  });
});

describe('Many tracks', () => {
  it('are open a few at a time, and all are served', async () => {
    let most = 0;
    world.before = () => {
      most = Math.max(most, world.openCount);
      return Promise.resolve();
    };
    const asked = ['a/0', 'b/0', 'c/0', 'd/0', 'e/0', 'a/1'];
    const answers = await Promise.all(asked.map((rest) => world.ask(rest)));
    expect(answers.map(({ status }) => status)).toEqual(asked.map(() => 200));
    expect(most).toBeLessThanOrEqual(TRACK_COUNT_MAX);
    expect(most).toBeGreaterThan(1);
  });
});

describe('A file', () => {
  it('comes in pieces that are made when they are read', async () => {
    const answer = await world.ask('long/full');
    const reader = answer.body?.getReader();
    await reader?.read();
    const pulls = world.commandsOf('pull').length;
    // One is read, and one may wait for the reader.
    expect(pulls).toBeLessThanOrEqual(2);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(world.commandsOf('pull').length).toBeLessThanOrEqual(2);
    await reader?.cancel();
    await Promise.all(world.behind);
    await until(() => world.openCount === 0);
  });

  it('that was begun waits for a server that is away for a while', async () => {
    const answer = await world.ask('long/full');
    let readCount = 0;
    world.before = (tell) => {
      readCount += 1;
      for (let attempt = 1; attempt < 9; attempt += 1) tell(attempt, 'connecting again');
      tell(0, '');
      return Promise.resolve();
    };
    const whole = await bytesOf(answer);
    expect(readCount).toBeGreaterThan(0);
    expect(whole.length).toBeGreaterThan(LONG_SECONDS * 10_000);
  });

  it('holds its event for a while only, and goes on behind it', async () => {
    const reader = (await world.ask('long/full')).body?.getReader();
    let byteCount = (await reader?.read())?.value?.length ?? 0;
    expect(world.timers.size).toBe(1);
    for (const isOver of world.timers) isOver();
    await Promise.all(world.behind);
    for (;;) {
      const piece = await reader?.read();
      if (piece?.done !== false) break;
      byteCount += piece.value.length;
    }
    expect(byteCount).toBe((await bytesOf(world.ask('long/full'))).length);
    await Promise.all(world.behind);
    await until(() => world.openCount === 0);
  });

  it('fails in time where the browser would cut it off as if it were whole', async () => {
    const other = new ChunkWorld(false);
    other.files.set('long', long);
    const reader = (await other.ask('long/full')).body?.getReader();
    await reader?.read();
    for (const isOver of other.timers) isOver();
    await Promise.all(other.behind);
    const readOn = async (): Promise<void> => {
      while ((await reader?.read())?.done === false);
    };
    await expect(readOn()).rejects.toMatchObject({ code: 'aborted' });
    await until(() => other.openCount === 0);
    other.stop();
  });

  it('is one of a few at a time', async () => {
    const several = Array.from({ length: FILE_COUNT_MAX }, () => world.ask('a/full'));
    const open = await Promise.all(several);
    const refused = await world.ask('b/full');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('Retry-After')).not.toBeNull();
    const whole = await Promise.all(open.map(bytesOf));
    expect(whole[0]?.equals(whole[1] ?? Buffer.of())).toBe(true);
    await Promise.all(world.behind);
    expect((await world.ask('b/full', { method: 'HEAD' })).status).toBe(200);
    await until(() => world.openCount === 0);
  });
});

describe('Where there is no sound', () => {
  const problemOf = async (answer: Response): Promise<string> => {
    const { error } = (await answer.json()) as { error: { code: string; message: string } };
    expect(error.message.length).toBeGreaterThan(10);
    return `${answer.status} ${error.code}`;
  };

  it.each([
    ['unknown/0', '404 not_found'],
    ['unknown/full', '404 not_found'],
    ['away/0', '504 server_away'],
    ['away/metadata', '504 server_away'],
    ['away/full', '504 server_away'],
    ['a/99', '404 past_end'],
  ])('%s is answered %s', async (rest, problem) => {
    expect(await problemOf(await world.ask(rest))).toBe(problem);
  });

  it('a file that is none is told as such', async () => {
    world.files.set('text', Buffer.from('no sound at all, but words, and words, and words'));
    expect(await problemOf(await world.ask('text/0'))).toMatch(/^422 /);
    expect(await problemOf(await world.ask('text/full'))).toMatch(/^422 /);
  });
});
