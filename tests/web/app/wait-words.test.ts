import { describe, expect, it } from '@jest/globals';
import { waitWords } from '../../../web/src/app/wait-words';

describe('waitWords', () => {
  it('says how much has come of what is needed', () => {
    const progress = { isFetching: true, neededBytes: 1_400_001, receivedBytes: 399_999 };
    expect(waitWords(progress)).toEqual({
      headline: 'The connection is slow.',
      detail: '399 of the 1,401 kB that the sound needs have come.',
    });
  });

  it('never says that more has come than is needed', () => {
    const progress = { isFetching: true, neededBytes: 5000, receivedBytes: 9000 };
    expect(waitWords(progress).detail).toMatch(/^5 of the 5 kB/);
  });

  it('says of an original only that it comes', () => {
    const progress = { isFetching: true, neededBytes: 0, receivedBytes: 0 };
    expect(waitWords(progress, 'original').detail).toBe('The original is on its way.');
  });

  it('says when nothing was answered, and when the connection is not at fault', () => {
    const nothing = { isFetching: true, neededBytes: 0, receivedBytes: 0 };
    expect(waitWords(nothing).detail).toBe('The server has not answered yet.');
    expect(waitWords({ ...nothing, isFetching: false }).headline).not.toMatch(/connection/);
  });
});
