import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { REST_MS, watchIntent } from '../../../web/src/app/intent';

const setUp = ({ saveData = false } = {}) => {
  const rows = '<li data-track-id="a"><button><i></i></button></li><li data-track-id="b"></li>';
  document.body.innerHTML = `<ul>${rows}<p></p></ul>`;
  const list = document.querySelector('ul');
  if (!list) throw new Error('no list');
  const told: (string | null)[] = [];
  const pressed: string[] = [];
  const stop = watchIntent({
    list,
    saveData,
    onIntent: (trackId, isPressed) => {
      told.push(trackId);
      if (isPressed && trackId !== null) pressed.push(trackId);
    },
  });
  const fire = (selector: string, type: string): void => {
    const bubbles = type !== 'pointerleave';
    document.querySelector(selector)?.dispatchEvent(new Event(type, { bubbles }));
  };
  return { told, pressed, stop, fire };
};

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('Intent', () => {
  it('is a pointer that rests on a row, and over when it leaves', () => {
    const { told, pressed, fire } = setUp();
    fire('li i', 'pointerover');
    jest.advanceTimersByTime(REST_MS - 1);
    expect(told).toEqual([]);
    fire('li button', 'pointerover'); // The same row.
    jest.advanceTimersByTime(1);
    expect(told).toEqual(['a']);
    fire('ul', 'pointerleave');
    expect(told).toEqual(['a', null]);
    expect(pressed).toEqual([]);
  });

  it('is not a pointer that crosses rows', () => {
    const { told, fire } = setUp();
    fire('[data-track-id=a]', 'pointerover');
    jest.advanceTimersByTime(REST_MS / 2);
    fire('[data-track-id=b]', 'pointerover');
    jest.advanceTimersByTime(REST_MS / 2);
    fire('p', 'pointerover');
    jest.advanceTimersByTime(1000);
    expect(told).toEqual([]);
  });

  it('is a press, at once', () => {
    const { told, pressed, fire } = setUp();
    fire('li i', 'pointerdown');
    expect(told).toEqual(['a']);
    expect(pressed).toEqual(['a']);
    fire('p', 'pointerdown');
    expect(told).toEqual(['a']);
  });

  it('is the focus of the keyboard', () => {
    const { told, fire } = setUp();
    fire('li button', 'focusin');
    jest.advanceTimersByTime(REST_MS);
    fire('li button', 'focusout');
    expect(told).toEqual(['a', null]);
  });

  it('stays a press that takes the focus from another row', () => {
    const { told, fire } = setUp();
    fire('[data-track-id=a]', 'focusin');
    jest.advanceTimersByTime(REST_MS);
    fire('[data-track-id=b]', 'pointerdown');
    fire('[data-track-id=a]', 'focusout');
    fire('[data-track-id=b]', 'focusin');
    jest.advanceTimersByTime(1000);
    expect(told).toEqual(['a', 'b']);
  });

  it('is only a press where data are to be saved', () => {
    const { told, fire } = setUp({ saveData: true });
    fire('li i', 'pointerover');
    fire('li button', 'focusin');
    jest.advanceTimersByTime(1000);
    expect(told).toEqual([]);
    fire('li i', 'pointerdown');
    expect(told).toEqual(['a']);
  });

  it('is over when nobody watches any more', () => {
    const { told, stop, fire } = setUp();
    fire('li i', 'pointerdown');
    stop();
    fire('[data-track-id=b]', 'pointerdown');
    expect(told).toEqual(['a', null]);
  });
});
