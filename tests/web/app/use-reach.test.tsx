import { afterEach, describe, expect, it } from '@jest/globals';
import { act, cleanup, render, screen } from '@testing-library/react';
import type { ReactElement } from 'react';
import type { ConnectionState } from '../../../web/src/app/connection';
import { MovableRow, type RowActions } from '../../../web/src/app/MovableRow';
import { TrackRow } from '../../../web/src/app/TrackRow';
import { ConnectionContext } from '../../../web/src/app/use-connection';
import { KeptContext } from '../../../web/src/app/use-reach';
import { Watchers } from '../../../web/src/app/watchers';
import { localAddress } from '../../../web/src/shared/local-address';
import { makeTrack } from '../../support/player-world';

const nothing = (): void => undefined;

const setUp = (isAway = false, url = makeTrack('a').url) => {
  const connected = new Watchers();
  const told = new Watchers();
  let state: ConnectionState = { isAway: false, knownAtMs: null, wantsLogin: null };
  let whole: ReadonlySet<string> | null = null;
  const track = {
    ...makeTrack('a'),
    url,
    format: 'flac',
    sampleRateHz: 44_100,
    channels: 2,
    trackNumber: 1,
    discNumber: null,
    path: '',
    isAway,
  };
  const queueActions: RowActions = {
    onPlay: nothing,
    onRemove: nothing,
    onKeyDown: nothing,
    onPointerDown: nothing,
    onPointerMove: nothing,
    onPointerUp: nothing,
    onPointerCancel: nothing,
  };
  const page: ReactElement = (
    <ConnectionContext
      value={{
        subscribe: connected.subscribe,
        getState: () => state,
        look: () => Promise.resolve(),
        renew: nothing,
      }}
    >
      <KeptContext value={{ subscribe: told.subscribe, has: (url) => whole && whole.has(url) }}>
        <ul>
          <TrackRow
            track={track}
            index={0}
            count={1}
            isActive
            isCurrent={false}
            isPlaying={false}
            isNumbered={false}
            actions={{ onPlay: nothing, onPlayNext: nothing, onEnqueue: nothing }}
          />
        </ul>
        <MovableRow
          item={{ key: 1, track }}
          missing={null}
          isCurrent={false}
          isPlaying={false}
          canMove
          canRemove
          hasHeart={false}
          isByHeart={false}
          hintId="hint"
          from="the queue"
          actions={queueActions}
        />
      </KeptContext>
    </ConnectionContext>
  );
  render(page);
  return {
    keep: (urls: readonly string[] | null): void =>
      act(() => {
        whole = urls && new Set(urls);
        told.tell();
      }),
    setAway: (away: boolean): void =>
      act(() => {
        state = { ...state, isAway: away };
        connected.tell();
      }),
    url: track.url,
  };
};

/** What is read out of the row of the list and of that of the queue, and what is seen there. */
const names = (): (string | null)[] =>
  screen
    .getAllByRole('button', { name: /Title a by/ })
    .map((row) => row.getAttribute('aria-label'));
const seen = (): (string | null)[] =>
  [...document.querySelectorAll('.row-artist')].map(({ textContent }) => textContent);
const marks = (): number => document.querySelectorAll('.row-kept').length;
const faint = (): number => document.querySelectorAll('.away').length;

describe('A track in a row', () => {
  afterEach(cleanup);

  it('is marked where it is kept, with the server and without', () => {
    const { keep, setAway, url } = setUp();
    expect([marks(), faint(), ...seen()]).toEqual([0, 0, 'Artist', 'Artist']);
    keep([url]);
    const kept = [
      'Play Title a by Artist, kept on this device',
      'Play: Title a by Artist, kept on this device',
    ];
    expect([marks(), faint(), ...seen()]).toEqual([2, 0, 'Artist', 'Artist']);
    expect(names()).toEqual(kept);
    setAway(true);
    expect([marks(), faint(), ...seen()]).toEqual([2, 0, 'Artist', 'Artist']);
    expect(names()).toEqual(kept);
    keep([]);
    expect([marks(), faint()]).toEqual([0, 2]);
  });

  it('is faint, and says why, where it is not kept and the server is away', () => {
    const { keep, setAway } = setUp();
    keep([]);
    expect([marks(), faint(), ...seen()]).toEqual([0, 0, 'Artist', 'Artist']);
    setAway(true);
    const words = 'Not kept on this device';
    expect([marks(), faint(), ...seen()]).toEqual([0, 2, words, words]);
    expect(names()).toEqual([
      'Play Title a by Artist, not kept on this device',
      'Play: Title a by Artist, not kept on this device',
    ]);
    setAway(false);
    expect([marks(), faint(), ...seen()]).toEqual([0, 0, 'Artist', 'Artist']);
  });

  it('is as ever where it is a file of this device', () => {
    const address = localAddress({ path: 'a', sizeBytes: 1, modifiedMs: 1 });
    const { keep, setAway } = setUp(false, address);
    keep([]);
    setAway(true);
    expect([marks(), faint(), ...seen()]).toEqual([0, 0, 'Artist', 'Artist']);
  });

  it('is as ever where it is not known what is kept', () => {
    const { setAway } = setUp();
    setAway(true);
    expect([marks(), faint(), ...seen()]).toEqual([0, 0, 'Artist', 'Artist']);
  });

  it('says first that its folder is away', () => {
    const { keep, setAway } = setUp(true);
    keep([]);
    setAway(true);
    expect(seen()[0]).toBe('Its folder cannot be reached');
  });
});
