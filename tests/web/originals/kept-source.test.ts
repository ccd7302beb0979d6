/** The engine's reads of a file that is kept: as of one on the server. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { RangeSource } from '../../../web/src/net/range-source';
import { PIECE_BYTES } from '../../../web/src/originals/file-download';
import { KeptFetch } from '../../../web/src/originals/kept-fetch';
import { KeptFiles } from '../../../web/src/originals/kept-files';
import { chanceOf } from '../../support/chance';
import {
  expectBytes,
  numbered,
  setOriginals,
  type OriginalsStage,
} from '../../support/originals-stage';
import { VirtualClock } from '../../support/virtual-clock';

const SIZE = 5 * PIECE_BYTES + 12_345;
const FILE = numbered(SIZE);

let stage: OriginalsStage | null = null;
afterEach(async () => {
  await stage?.end();
  stage = null;
});

describe('A source over a file that is kept', () => {
  it('gives the bytes of every place, in any order, also two at once', async () => {
    stage = await setOriginals(FILE);
    await stage.bring();
    const { server, files } = stage;
    const kept = new KeptFiles({
      files,
      onDamaged: () => undefined,
      wait: () => new Promise(() => undefined),
    });
    const reader = new KeptFetch({
      kept,
      files,
      baseUrl: server.url,
      fetch: (url, init) => fetch(url, init),
      onReplaced: () => undefined,
      wait: () => new Promise(() => undefined),
    });
    server.requests.length = 0;
    const asked: string[] = [];
    const source = new RangeSource({
      url: server.url,
      fetch: (url, init) => {
        asked.push(new Headers(init.headers).get('Range') ?? '');
        return reader.fetch(url, init);
      },
      clock: new VirtualClock(),
      random: () => 0.5,
      onNetwork: () => undefined,
      lists: { answered: true },
    });
    const { signal } = new AbortController();
    const read = async (begin: number, end: number): Promise<void> => {
      const bytes = new Uint8Array(end - begin);
      await source.read({ begin, end }, signal, (offset, part) => bytes.set(part, offset - begin));
      expectBytes(bytes, FILE.subarray(begin, end));
    };
    await read(0, 1000);
    for (let at = 0; at < 1_500_000; at += 100_000) await read(at, at + 100_000);
    await read(SIZE - 200_000, SIZE - 150_000);
    await read(SIZE - 150_000, SIZE);
    const chance = chanceOf(7);
    for (let count = 0; count < 30; count += 1) {
      const places = [0, 1, 2].map(() => {
        const begin = chance.below(SIZE);
        return [begin, Math.min(SIZE, begin + 1 + chance.below(90_000))] as const;
      });
      await Promise.all(places.map(([begin, end]) => read(begin, end)));
    }
    expect(asked.some((range) => range.includes(','))).toBe(true);
    expect(server.requests.filter(({ method }) => method === 'GET')).toEqual([]);
    source.close();
  });
});
