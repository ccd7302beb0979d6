import { describe, expect, it } from '@jest/globals';
import { failureHeadline } from '../../../web/src/app/failure-words';

describe('failureHeadline', () => {
  it.each([
    ['unsupported', 'not-audio', 'This is no audio file'],
    ['unsupported', 'ogg', 'This format cannot be played'],
    ['corrupt', 'mostly-undecodable', 'This file is too damaged to play'],
    ['corrupt', 'flac-metadata', 'This file is damaged'],
    ['network', null, 'The connection failed'],
  ] as const)('of %s, %s is “%s”', (code, detail, headline) => {
    expect(failureHeadline({ code, detail, message: '' })).toBe(headline);
  });

  it('says why a track fails when the server is away', () => {
    const failure = { detail: null, message: '' };
    const words = 'You are offline and this track is not kept';
    expect(failureHeadline({ ...failure, code: 'network' }, true)).toBe(words);
    expect(failureHeadline({ ...failure, code: 'corrupt' }, true)).toBe('This file is damaged');
  });
});
