import { describe, expect, it } from '@jest/globals';
import { Transport } from '../../../web/src/player/transport';
import { FakeAudio } from '../../support/fake-audio';
import { SimClock } from '../../support/sim-clock';

const setUp = () => {
  const clock = new SimClock();
  const audio = new FakeAudio(clock, new Map());
  const state = { refusals: 0 };
  const transport = new Transport(audio as unknown as HTMLAudioElement, () => {
    state.refusals += 1;
  });
  return { clock, audio, transport, state };
};

describe('Transport', () => {
  it('wants what was asked for last', () => {
    const { audio, transport } = setUp();
    transport.play();
    expect(transport.wantsPlay).toBe(true);
    expect(audio.paused).toBe(false);
    transport.pause();
    expect(transport.wantsPlay).toBe(false);
    expect(audio.paused).toBe(true);
  });

  it('tells when the browser wants a click first, and wants no more then', async () => {
    const { clock, audio, transport, state } = setUp();
    audio.playError = new DOMException('no click', 'NotAllowedError');
    transport.play();
    await clock.advance(1);
    expect(transport).toMatchObject({ isBlocked: true, wantsPlay: false });
    expect(state.refusals).toBe(1);
    audio.playError = null;
    transport.play();
    expect(transport).toMatchObject({ isBlocked: false, wantsPlay: true });
  });

  it.each(['AbortError', 'NotSupportedError'])('goes on wanting after an %s', async (name) => {
    const { clock, audio, transport, state } = setUp();
    audio.playError = new DOMException('in the test', name);
    transport.play();
    await clock.advance(1);
    expect(transport).toMatchObject({ isBlocked: false, wantsPlay: true });
    expect(state.refusals).toBe(0);
  });

  it('follows an element that is stopped or started from outside', () => {
    const { audio, transport } = setUp();
    transport.play();
    audio.paused = true;
    transport.note('pause');
    expect(transport.wantsPlay).toBe(false);
    transport.note('play');
    expect(transport.wantsPlay).toBe(true);
  });

  it('takes neither the end nor a pause that is over for a wish', () => {
    const { audio, transport } = setUp();
    transport.play();
    audio.paused = true;
    audio.ended = true;
    transport.note('pause');
    expect(transport.wantsPlay).toBe(true);
    audio.paused = false;
    audio.ended = false;
    transport.note('pause');
    expect(transport.wantsPlay).toBe(true);
    transport.ended();
    expect(transport.wantsPlay).toBe(false);
  });

  it('knows that a track was heard from `playing`, or from a position that moves', () => {
    const { audio, transport } = setUp();
    transport.play();
    transport.note('timeupdate');
    expect(transport.hasStarted).toBe(false);
    audio.readyState = 3;
    audio.seeking = true;
    transport.note('timeupdate');
    expect(transport.hasStarted).toBe(false);
    audio.seeking = false;
    transport.note('timeupdate');
    expect(transport.hasStarted).toBe(true);
    transport.beginTrack();
    expect(transport.hasStarted).toBe(false);
    transport.note('playing');
    expect(transport.hasStarted).toBe(true);
  });

  it('goes on wanting with another track, unless its source has paused the element', () => {
    const { audio, transport } = setUp();
    transport.play();
    transport.beginTrack();
    expect(transport.wantsPlay).toBe(true);
    audio.paused = true;
    transport.beginTrack();
    expect(transport.wantsPlay).toBe(false);
  });
});
