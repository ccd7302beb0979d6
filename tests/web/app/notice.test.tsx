import { afterEach, describe, expect, it } from '@jest/globals';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { Notice } from '../../../web/src/app/Notice';
import type { PlayerSnapshot } from '../../../web/src/player/player-types';
import { createWorld, makeTrack, type World } from '../../support/player-world';

/** A player in the middle of a track. */
const playing = async (): Promise<World> => {
  const world = createWorld();
  world.player.load(makeTrack('a'));
  world.player.play();
  await world.clock.advance(1000);
  return world;
};

const show = (world: World, change: Partial<PlayerSnapshot> = {}): void => {
  const snapshot = { ...world.state(), ...change };
  cleanup();
  render(<Notice player={world.player} snapshot={snapshot} />);
};

describe('Notice', () => {
  afterEach(cleanup);

  it('has nothing to say of a track that is in order', async () => {
    const world = await playing();
    expect(world.state().warnings).toEqual([]);
    show(world);
    expect(document.body.textContent).toBe('');
  });

  it('lists what is wrong with the file, and leaves the sound alone', async () => {
    const world = await playing();
    const heard = world.audio.heard.length;
    show(world, { warnings: ['undecodable-audio', 'ends-early'] });
    const notice = screen.getByTestId('warning-notice');
    const items = within(notice).getAllByRole('listitem');
    expect(items.map(({ textContent }) => textContent)).toEqual([
      'Damaged places are replaced by silence.',
      'The file ends before its audio does.',
    ]);
    expect(notice.getAttribute('role')).toBe('status');
    await world.clock.advance(1000);
    expect(world.state().state).toBe('playing');
    expect(world.audio.heard.length - heard).toBeGreaterThan(90);
  });

  it('hides warnings that were read until there are others', async () => {
    const world = await playing();
    const snapshot = { ...world.state(), warnings: ['undecodable-audio'] } as const;
    const { rerender } = render(<Notice player={world.player} snapshot={snapshot} />);
    fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    rerender(<Notice player={world.player} snapshot={{ ...snapshot, volume: 0.3 }} />);
    expect(screen.queryByTestId('warning-notice')).toBeNull();
    const more = { ...snapshot, warnings: ['undecodable-audio', 'ends-early'] } as const;
    rerender(<Notice player={world.player} snapshot={more} />);
    expect(screen.getByTestId('warning-notice').textContent).toContain('The file ends before');
  });

  it('says why nothing sounds, and offers the original meanwhile', async () => {
    const world = await playing();
    const wait = { isFetching: true, neededBytes: 200_000, receivedBytes: 50_000 };
    show(world, { state: 'loading', wait });
    const notice = screen.getByTestId('wait-notice');
    expect(notice.getAttribute('role')).toBe('status');
    expect(notice.textContent).toContain('50 of the 200 kB');
    fireEvent.click(within(notice).getByRole('button', { name: 'Play the original meanwhile' }));
    expect(world.state()).toMatchObject({ mode: 'original' });
    expect(world.state().modeReason).toContain('The next track is enhanced again');
    show(world, { state: 'playing', wait });
    expect(screen.queryByTestId('wait-notice')).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Enhance it now' }));
    expect(world.state()).toMatchObject({ mode: 'enhanced', modeReason: null });
  });

  it('shows warnings beside the words on the network, but not behind an error', async () => {
    const world = await playing();
    const warnings = ['undecodable-audio'] as const;
    show(world, { warnings, reconnecting: { attempt: 2, message: 'gone silent' } });
    expect(screen.getByText('Reconnecting')).toBeTruthy();
    expect(screen.getByTestId('warning-notice')).toBeTruthy();
    show(world, { warnings, error: { code: 'internal', detail: null, message: 'out of memory' } });
    expect(screen.queryByTestId('warning-notice')).toBeNull();
  });

  it.each([
    ['unsupported', 'This format cannot be played.'],
    ['corrupt', 'This file is damaged.'],
    ['gone', 'This track is gone.'],
  ] as const)('says which track was skipped and why: %s', async (code, words) => {
    const world = await playing();
    const failure = { code, detail: null, message: 'the header makes no sense' };
    show(world, { skipped: [{ track: makeTrack('z'), failure }] });
    const notice = screen.getByTestId('skipped-notice');
    expect(notice.textContent).toContain('“Title z” was skipped.');
    expect(notice.textContent).toContain(`${words} The header makes no sense.`);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  describe('after tracks in a row that cannot be played', () => {
    /** The first of a queue is clicked, in which these are broken for engine and browser. */
    const listen = async (ids: string, broken: string, forMs: number): Promise<World> => {
      const world = createWorld();
      world.player.setQueue([...ids].map(makeTrack));
      for (const id of broken) breakTrack(world, id);
      world.player.load(makeTrack(ids.charAt(0)));
      world.player.play();
      await world.clock.advance(forMs);
      return world;
    };

    const breakTrack = ({ engine, audio }: World, id: string): void => {
      const { url } = makeTrack(id);
      engine.broken.set(url, { code: 'corrupt', message: 'no good' });
      audio.broken.set(url, 4);
    };

    /** The third of the queue plays, and fails in the middle. */
    const fail = async (world: World, code: 'corrupt' | 'network'): Promise<void> => {
      expect(world.state()).toMatchObject({ track: { id: 'c' }, state: 'playing' });
      world.audio.broken.set(makeTrack('c').url, 3);
      world.engine.tell({ event: 'failed', session: 3, code, detail: null, message: 'no good' });
      await world.clock.advance(1000);
    };

    it('says that it has stopped, also when what was skipped is read', async () => {
      const world = await listen('abcd', 'abc', 1000);
      show(world);
      expect(screen.getByRole('alert').textContent).toContain(
        '3 tracks in a row could not be played, so the player has stopped.',
      );
      fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
      show(world);
      expect(screen.queryByTestId('skipped-notice')).toBeNull();
      expect(screen.getByRole('alert').textContent).toContain('3 tracks in a row');
    });

    it('says that it has stopped where the first of them were read on the way', async () => {
      const world = await listen('abcd', 'ab', 1000);
      show(world);
      fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
      await fail(world, 'corrupt');
      show(world);
      expect(screen.getByRole('alert').textContent).toContain('3 tracks in a row');
    });

    it('does not say so of a track that was played before it broke', async () => {
      const world = await listen('abc', 'ab', 7000);
      await fail(world, 'corrupt');
      expect(world.state().skipped).toHaveLength(2);
      show(world);
      expect(screen.getByRole('alert').textContent).not.toContain('in a row');
    });

    it('does not say so of the last track of all, nor of a lost network', async () => {
      const world = await listen('abc', 'abc', 1000);
      expect(world.state().skipped).toHaveLength(2);
      show(world);
      expect(screen.getByRole('alert').textContent).not.toContain('in a row');
      const other = await listen('abcd', 'ab', 1000);
      await fail(other, 'network');
      show(other);
      expect(screen.getByRole('alert').textContent).not.toContain('in a row');
    });
  });

  it('offers the original where that was not tried yet and can be there', async () => {
    const world = await playing();
    const offer = (code: 'internal' | 'gone' | 'network', mode: 'enhanced' | 'original') => {
      show(world, { mode, error: { code, detail: null, message: '' } });
      return screen.queryByRole('button', { name: 'Play the original' }) !== null;
    };
    expect(offer('internal', 'enhanced')).toBe(true);
    expect(offer('internal', 'original')).toBe(false);
    expect(offer('gone', 'enhanced')).toBe(false);
    expect(offer('network', 'enhanced')).toBe(false);
  });
});
