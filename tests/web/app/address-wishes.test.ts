import { describe, expect, it } from '@jest/globals';
import { readAddress, withWishes } from '../../../web/src/app/address-wishes';
import { findMediaPlatform } from '../../../web/src/app/browser-platform';

describe("The page's address", () => {
  it('asks for nothing by itself', () => {
    expect(readAddress('')).toEqual({
      sink: null,
      wholePacketJoins: 'none',
      firstPlan: 'quick',
      isKeeping: true,
      start: null,
      opensShared: false,
      debug: false,
    });
  });

  it.each(['mse', 'mms', 'original'])('asks for the sink %s', (sink) => {
    expect(readAddress(`?debug&sink=${sink}`)).toMatchObject({ sink, debug: true });
  });

  it('asks that nothing is kept', () => {
    expect(readAddress('?store=off').isKeeping).toBe(false);
    expect(readAddress('?store=on').isKeeping).toBe(true);
    expect(readAddress('?join=carry')).toMatchObject({
      isKeeping: false,
      wholePacketJoins: 'carry',
    });
  });

  it.each(['resume', 'shuffle'])('asks for the start %s', (start) => {
    expect(readAddress(`?start=${start}`).start).toBe(start);
  });

  it.each([
    '?sink=',
    '?sink=MSE',
    '?sink=flash',
    '?sink=constructor',
    '?plan=&join=yes',
    '?start=now',
  ])('with %s is as if nothing were there', (search) => {
    expect(readAddress(search)).toEqual(readAddress(''));
  });
});

describe('The media classes of a browser', () => {
  class Plain {
    static isTypeSupported = (): boolean => true;
  }
  class Managed {
    static isTypeSupported = (): boolean => false;
  }
  const both = { MediaSource: Plain, ManagedMediaSource: Managed };

  it('are MediaSource first, then the managed one, else none', () => {
    expect(findMediaPlatform(both)?.createMediaSource()).toBeInstanceOf(Plain);
    expect(findMediaPlatform(both)?.managed).toBe(false);
    const managed = findMediaPlatform({ ManagedMediaSource: Managed });
    expect(managed?.createMediaSource()).toBeInstanceOf(Managed);
    expect(managed?.managed).toBe(true);
    expect(findMediaPlatform({})).toBeNull();
  });

  it('are the one that is asked for, or none', () => {
    expect(findMediaPlatform(both, 'mms')?.createMediaSource()).toBeInstanceOf(Managed);
    expect(findMediaPlatform(both, 'mms')?.managed).toBe(true);
    expect(findMediaPlatform(both, 'mse')?.managed).toBe(false);
    expect(findMediaPlatform(both, 'original')).toBeNull();
    expect(findMediaPlatform({ MediaSource: Plain }, 'mms')).toBeNull();
  });
});

describe('The way to another view', () => {
  it.each([
    ['/songs', '', '/songs'],
    ['/songs', '?q=old', '/songs'],
    ['/songs', '?sink=original&q=old', '/songs?sink=original'],
    ['/search?q=a+b', '?debug&store=off', '/search?q=a+b&debug=&store=off'],
    ['/search?q=x&sink=mse', '?sink=original', '/search?q=x&sink=mse'],
  ])('%s keeps the wishes of %j: %s', (to, search, address) => {
    expect(withWishes(to, search)).toBe(address);
  });

  it('asks for the same ways of playing', () => {
    const search = '?sink=mms&join=carry&plan=final&store=off&debug';
    const [, kept = ''] = withWishes('/albums', search).split('?');
    expect(readAddress(kept)).toEqual(readAddress(search));
  });
});
