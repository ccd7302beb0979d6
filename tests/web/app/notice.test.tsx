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

  it('says that it stops after three in a row, and only then', async () => {
    const world = await playing();
    const failure = { code: 'corrupt', detail: null, message: 'no good' } as const;
    const skipped = ['x', 'y'].map((id) => ({ track: makeTrack(id), failure }));
    show(world, { skipped, error: failure });
    expect(screen.getByRole('alert').textContent).toContain('3 tracks in a row');
    show(world, { skipped: skipped.slice(1), error: failure });
    expect(screen.getByRole('alert').textContent).not.toContain('in a row');
    show(world, { skipped, error: { code: 'network', detail: null, message: 'no answer' } });
    expect(screen.getByRole('alert').textContent).not.toContain('in a row');
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
