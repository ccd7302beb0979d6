import { describe, expect, it } from '@jest/globals';
import {
  OriginalFile,
  PRESENCE_TIMEOUT_MS,
  type FindElementUrl,
  type FindPresence,
  type Presence,
} from '../../../web/src/player/original-file';
import { PlayerError } from '../../../web/src/shared/errors';
import { localAddress } from '../../../web/src/shared/local-address';
import type { FakeAudio } from '../../support/fake-audio';
import { createFakeMedia } from '../../support/fake-media';
import { SimClock } from '../../support/sim-clock';

const URL = '/api/player/stream/a';

type Stage = {
  readonly clock: SimClock;
  readonly audio: FakeAudio;
  readonly file: OriginalFile;
  readonly failures: PlayerError[];
};

/** The element fails with this code of MediaError. */
const setStage = (
  code: number | null,
  findPresence: FindPresence,
  cause: PlayerError | null = null,
  url = URL,
  findElementUrl: FindElementUrl = (own) => ({ url: own, release: () => undefined }),
): Stage => {
  const clock = new SimClock();
  const { audio } = createFakeMedia(clock, () => 2);
  if (code !== null) audio.broken.set(url, code);
  const failures: PlayerError[] = [];
  const file = new OriginalFile({
    audio: audio as unknown as HTMLAudioElement,
    clock,
    findPresence,
    findElementUrl,
    url,
    startSeconds: 0,
    cause,
    volume: { turnDown: () => undefined },
    gainDb: () => 0,
    onFailed: (error) => failures.push(error),
  });
  audio.addEventListener('error', () => file.onElementError());
  return { clock, audio, file, failures };
};

const never: FindPresence = () => Promise.reject(new Error('nobody should ask'));
const says =
  (presence: Presence): FindPresence =>
  () =>
    Promise.resolve(presence);

describe('OriginalFile', () => {
  it('gives the element the file, and nothing else while that plays', async () => {
    const { audio, clock, failures } = setStage(null, never);
    await clock.advance(1000);
    expect(audio.src).toBe(URL);
    expect(failures).toEqual([]);
  });

  it.each([
    ['there', 'unsupported', 'cannot play'],
    ['gone', 'gone', 'no longer on the server'],
    ['unreachable', 'network', 'cannot be reached'],
  ] as const)(
    'tells a file that is %s from others, though the element has one error for all',
    async (presence, code, words) => {
      const { clock, failures } = setStage(4, says(presence));
      await clock.advance(10);
      expect(failures).toMatchObject([{ code, message: expect.stringContaining(words) }]);
    },
  );

  it.each([
    [2, 'network'],
    [3, 'corrupt'],
  ] as const)('takes the error %i of the element as %s without asking', async (code, expected) => {
    const { clock, failures } = setStage(code, never);
    await clock.advance(10);
    expect(failures).toMatchObject([{ code: expected }]);
  });

  it.each([3, 4])('says why the engine could not play it, error %i or not', async (code) => {
    const detail = 'not-audio';
    const cause = new PlayerError('unsupported', 'no audio format I know', { detail });
    const { clock, failures } = setStage(code, says('there'), cause);
    await clock.advance(10);
    expect(failures).toMatchObject([
      { code: 'unsupported', detail, message: 'no audio format I know' },
    ]);
  });

  it('takes a server that does not answer for one that is out of reach', async () => {
    const { clock, failures } = setStage(
      4,
      (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new DOMException('x', 'AbortError')));
        }),
    );
    await clock.advance(PRESENCE_TIMEOUT_MS);
    expect(failures).toEqual([]);
    await clock.advance(10);
    expect(failures).toMatchObject([{ code: 'network' }]);
  });

  it('says nothing more once it is closed', async () => {
    let asked = 0;
    const { clock, file, failures } = setStage(4, (_, signal) => {
      asked += 1;
      file.close();
      return Promise.resolve(signal.aborted ? 'unreachable' : 'there');
    });
    await clock.advance(PRESENCE_TIMEOUT_MS * 2);
    expect(asked).toBe(1);
    expect(failures).toEqual([]);
  });
});

describe('OriginalFile of this device', () => {
  const address = localAddress({ path: 'a.ogg', sizeBytes: 3, modifiedMs: 1 });

  it('gives the element an address for as long as it plays', async () => {
    const released: string[] = [];
    const find: FindElementUrl = (url) => ({
      url: `blob:of ${url}`,
      release: () => void released.push(url),
    });
    const { clock, audio, file, failures } = setStage(null, never, null, address, find);
    await clock.advance(1000);
    expect(audio.src).toBe(`blob:of ${address}`);
    expect(released).toEqual([]);
    file.close();
    expect(released).toEqual([address]);
    expect(failures).toEqual([]);
  });

  it('fails as closed where it is not open, once somebody listens', async () => {
    const { clock, audio, failures } = setStage(null, never, null, address, () => null);
    expect(failures).toEqual([]);
    await clock.advance(10);
    expect(failures).toMatchObject([{ code: 'closed' }]);
    expect(audio.src).toBe('');
  });

  it('says of one that cannot be read any more that it has changed, and names no server', async () => {
    const { clock, failures } = setStage(4, says('gone'), null, address);
    await clock.advance(10);
    expect(failures).toMatchObject([
      { code: 'gone', message: expect.stringContaining('changed, moved or removed') },
    ]);
  });
});
