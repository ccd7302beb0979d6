import { describe, expect, it } from '@jest/globals';
import { presenceFinder } from '../../../web/src/app/track-presence';

const { signal } = new AbortController();

describe('presenceFinder', () => {
  it.each([
    [200, 'there'],
    [204, 'there'],
    [206, 'there'],
    [405, 'there'],
    [501, 'there'],
    [404, 'gone'],
    [410, 'gone'],
    [304, 'unreachable'],
    [400, 'unreachable'],
    [401, 'unreachable'],
    [403, 'unreachable'],
    [421, 'unreachable'],
    [429, 'unreachable'],
    [500, 'unreachable'],
    [503, 'unreachable'],
  ] as const)('takes status %i for a file that is %s', async (status, presence) => {
    const asked: string[] = [];
    const find = presenceFinder((url, { method }) => {
      asked.push(`${method} ${url}`);
      return Promise.resolve({ status });
    });
    expect(await find('/api/player/stream/a', signal)).toBe(presence);
    expect(asked).toEqual(['HEAD /api/player/stream/a']);
  });

  it('leaves it to the caller that nothing could be learned', async () => {
    const find = presenceFinder(() => Promise.reject(new TypeError('Failed to fetch')));
    await expect(find('/x', signal)).rejects.toThrow('Failed to fetch');
  });
});
