import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import type { ConnectionState } from '../../../web/src/app/connection';
import { HEARD_SECONDS_MIN, InstallOffer } from '../../../web/src/app/install-offer';
import { InstallNotice } from '../../../web/src/app/InstallNotice';
import { Notice } from '../../../web/src/app/Notice';
import { OfflineNotice } from '../../../web/src/app/OfflineNotice';
import { UpdateNotice } from '../../../web/src/app/UpdateNotice';
import { ConnectionContext } from '../../../web/src/app/use-connection';
import { MemoryStorage } from '../../support/memory-storage';
import { createWorld, makeTrack, type World } from '../../support/player-world';

const button = (name: string): HTMLElement => screen.getByRole('button', { name });

/** A connection that a test switches. */
class Switch {
  readonly #listeners = new Set<() => void>();
  #state: ConnectionState = { isAway: false, knownAtMs: null, wantsLogin: null };
  lookCount = 0;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getState = (): ConnectionState => this.#state;

  readonly look = (): Promise<void> => {
    this.lookCount += 1;
    return Promise.resolve();
  };

  readonly renew = (): void => this.#tell({ ...this.#state, knownAtMs: null });

  set(state: ConnectionState): void {
    act(() => this.#tell(state));
  }

  #tell(state: ConnectionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

afterEach(cleanup);

describe('While the server is away', () => {
  const knownAtMs = new Date(2030, 0, 2, 9, 5).getTime();

  it('the page says of when it is, and asks for the library again afterwards', () => {
    const connection = new Switch();
    let backCount = 0;
    const onBack = (): void => void (backCount += 1);
    render(
      <ConnectionContext value={connection}>
        <OfflineNotice onBack={onBack} />
      </ConnectionContext>,
    );
    expect(document.body.textContent).toBe('');
    connection.set({ isAway: true, knownAtMs, wantsLogin: null });
    expect(screen.getByTestId('offline-notice').textContent).toMatch(
      /You are offline\. This is the library as it was known on Jan 2, 2030, 9:05\sAM\./u,
    );
    fireEvent.click(button('Look again'));
    expect([connection.lookCount, backCount]).toEqual([1, 0]);
    connection.set({ isAway: false, knownAtMs, wantsLogin: null });
    expect(backCount).toBe(1);
    expect(document.body.textContent).toBe('');
  });

  it('the page leads to where the browser asks for the password that is wanted', () => {
    const connection = new Switch();
    render(
      <ConnectionContext value={connection}>
        <OfflineNotice onBack={() => undefined} />
      </ConnectionContext>,
    );
    connection.set({ isAway: true, knownAtMs, wantsLogin: 'now' });
    expect(screen.getByTestId('offline-notice').textContent).toMatch(
      /The server wants a name and a password\. This is the library as it was known on/,
    );
    expect(screen.getByText('Sign in').getAttribute('href')).toBe('?sign-in');
    expect(screen.queryByText('Look again')).toBeNull();
    connection.set({ isAway: true, knownAtMs, wantsLogin: 'later' });
    expect(screen.getByTestId('offline-notice').textContent).toMatch(
      /^Too many wrong passwords were tried\. You can sign in again in a minute\. This is the/,
    );
    expect(screen.getByText('Sign in').getAttribute('href')).toBe('?sign-in');
  });

  it('a track that is not kept says so, instead of what the network said', async () => {
    const world = createWorld();
    world.player.load(makeTrack('a'));
    await world.clock.advance(1000);
    const connection = new Switch();
    connection.set({ isAway: true, knownAtMs: null, wantsLogin: null });
    const words = [
      { reconnecting: { attempt: 3, message: 'connecting again: Failed to fetch' } },
      { error: { code: 'network', detail: null, message: 'TypeError' } as const },
    ].map((change) => {
      cleanup();
      render(
        <ConnectionContext value={connection}>
          <Notice player={world.player} snapshot={{ ...world.state(), ...change }} />
        </ConnectionContext>,
      );
      return document.body.textContent;
    });
    for (const text of words) {
      expect(text).toContain('You are offline and this track is not kept.');
      expect(text).not.toMatch(/fetch|TypeError/);
    }
  });
});

describe('The notice of a new version', () => {
  it('waits for the listener, who may put it off', () => {
    const link = { subscribe: () => () => undefined, hasUpdate: () => true, useNow: jest.fn() };
    render(<UpdateNotice link={link} />);
    expect(link.useNow).not.toHaveBeenCalled();
    fireEvent.click(button('Use it now'));
    fireEvent.click(button('Use it now'));
    expect(link.useNow).toHaveBeenCalledTimes(1);
    fireEvent.click(button('Later'));
    expect(screen.queryByTestId('update-notice')).toBeNull();
  });

  it('is not there without one', () => {
    const link = { subscribe: () => () => undefined, hasUpdate: () => false, useNow: jest.fn() };
    render(<UpdateNotice link={link} />);
    expect(document.body.textContent).toBe('');
  });
});

describe('The offer to install', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask'] });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const pass = (seconds: number): void => act(() => jest.advanceTimersByTime(seconds * 1000));

  const play = async (): Promise<World> => {
    const world = createWorld();
    world.player.load(makeTrack('a'));
    world.player.play();
    await world.clock.advance(1000);
    return world;
  };

  it('comes after a while of music, and says how on iOS', async () => {
    const { player } = await play();
    const offer = new InstallOffer({ storage: new MemoryStorage(), isByHand: true });
    render(<InstallNotice offer={offer} player={player} />);
    pass(HEARD_SECONDS_MIN - 5);
    expect(screen.queryByTestId('install-notice')).toBeNull();
    pass(5);
    expect(screen.getByTestId('install-notice').textContent).toContain(
      'Choose Share, then Add to Home Screen',
    );
    fireEvent.click(button('No, thanks'));
    expect(screen.queryByTestId('install-notice')).toBeNull();
  });

  it('does not come while nothing plays', async () => {
    const { player } = await play();
    player.pause();
    const offer = new InstallOffer({ storage: null, isByHand: true });
    render(<InstallNotice offer={offer} player={player} />);
    pass(HEARD_SECONDS_MIN * 10);
    expect(screen.queryByTestId('install-notice')).toBeNull();
  });
});
