/**
 * The page that opens files of this device, in jsdom: what a browser would hand it is handed it
 * here, and what it shows is told.
 */
import { expect, jest } from '@jest/globals';
import { act, cleanup, createEvent, fireEvent, render, screen } from '@testing-library/react';
import { Buffer } from 'node:buffer';
import { webcrypto } from 'node:crypto';
import { setImmediate } from 'node:timers';
import { Describer } from '../../web/src/app/local/describer';
import { HandleStore } from '../../web/src/app/local/handle-store';
import { fileNode } from '../../web/src/app/local/nodes';
import { Opener } from '../../web/src/app/local/opener';
import type { Shared } from '../../web/src/app/local/shared-inbox';
import { LocalDoor, type OnLooking } from '../../web/src/app/local-door';
import { LocalFiles } from '../../web/src/app/local-files';
import { localAddress } from '../../web/src/shared/local-address';
import type { ShareReport } from '../../web/src/shared/shared-files';
import { appOf } from './app-world';
import { libraryOf } from './library-server';
import { entryOf } from './local-nodes';
import { MemoryStorage } from './memory-storage';
import { createWorld, type World, type WorldOptions } from './player-world';

export const addressOf = (path: string): string =>
  localAddress({ path, sizeBytes: 1, modifiedMs: 1 });
export const fileOf = (name: string): File => new File(['x'], name, { lastModified: 1 });

const NOTHING: Shared = { files: [], report: null };

/** Where the service worker puts what is shared; outlives a page. */
export class SharedPlace {
  now = NOTHING;
  #count = 0;

  constructor(...files: readonly File[]) {
    if (files.length > 0) this.put(files);
  }

  put(files: readonly File[], tooLargeCount = 0): void {
    this.#count += 1;
    const counts = { takenCount: files.length, tooLargeCount, tooManyCount: 0, noRoomCount: 0 };
    this.now = { files, report: { receivedAtMs: this.#count, ...counts } };
  }

  clear({ receivedAtMs }: ShareReport): void {
    if (receivedAtMs === this.now.report?.receivedAtMs) this.now = NOTHING;
  }
}

export type Shown = {
  readonly world: World;
  readonly files: LocalFiles;
  /** What the browser's dialogue gives next. */
  readonly choice: File[];
  /** How often it was asked for. */
  readonly askCount: () => number;
  readonly pass: (byMs?: number) => Promise<void>;
};

type Options = WorldOptions & {
  readonly storage?: MemoryStorage;
  readonly inbox?: SharedPlace;
  readonly isBroken?: boolean;
  readonly address?: string;
};

export const show = async (options: Options = {}): Promise<Shown> => {
  const files = new LocalFiles({
    createObjectURL: (blob) => `blob:${(blob as File).name}`,
    revokeObjectURL: () => undefined,
  });
  const world = createWorld({
    durationSeconds: 20,
    findElementUrl: files.findElementUrl,
    ...options,
  });
  const { player, client: engine } = world;
  const choice: File[] = [];
  let askCount = 0;
  const { inbox = new SharedPlace() } = options;
  const openerOf = (onLooking: OnLooking): Opener =>
    new Opener({
      player,
      files,
      handles: new HandleStore({ nowMs: () => 1 }),
      describer: new Describer({ player, engine, files }),
      pick: () => {
        askCount += 1;
        return Promise.resolve(choice.map(fileNode));
      },
      readShared: () => Promise.resolve(inbox.now),
      clearShared: (report) => Promise.resolve(inbox.clear(report)),
      nowMs: () => world.clock.nowMs(),
      onLooking,
    });
  const door = new LocalDoor(player, (onLooking) =>
    options.isBroken === true
      ? Promise.reject(new Error('gone'))
      : Promise.resolve(openerOf(onLooking)),
  );
  const pass = (byMs = 200): Promise<void> =>
    act(async () => {
      // What is asked of the browser takes turns, and no time.
      for (let turn = 0; turn < 20; turn += 1) {
        for (let wait = 0; wait < 20; wait += 1) await Promise.resolve();
        await world.clock.advance(byMs / 20);
      }
    });
  const { storage, address } = options;
  render(appOf(world, libraryOf([]), storage ?? new MemoryStorage(), address, door));
  await pass();
  return { world, files, choice, askCount: () => askCount, pass };
};

type Drag = 'dragEnter' | 'dragOver' | 'dragLeave' | 'drop' | 'dragStart' | 'dragEnd';

/** As the browser tells of something that is dragged over the page. */
export const drag = (
  type: Drag,
  names: readonly string[] = ['a.flac'],
  types = ['Files'],
  entry = (name: string) => entryOf(name, 'x'),
): Event => {
  const event = createEvent[type](document.body);
  const items = names.map((name) => ({
    kind: 'file',
    webkitGetAsEntry: () => entry(name),
    getAsFile: () => fileOf(name),
  }));
  Object.defineProperty(event, 'dataTransfer', { value: { types, items, dropEffect: 'none' } });
  Object.defineProperty(event, 'relatedTarget', { value: null });
  fireEvent(document.body, event);
  return event;
};

export const dropWords = (): string => document.querySelector('.drop-area')?.textContent ?? '?';
export const toast = (): string => document.querySelector('.toast')?.textContent ?? '?';
export const titles = (world: World): string[] =>
  world.state().queue.items.map(({ track }) => track.title);
export const sharedNotice = (): HTMLElement => screen.getByTestId('shared-notice');
/** What is hashed takes real time. */
export const until = async (isSo: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 2000 && !isSo(); turn += 1) {
    // What has changed is shown at its end.
    await act(() => new Promise<void>((resolve) => void setImmediate(resolve)));
  }
  expect(isSo()).toBe(true);
};
export const untilShared = (): Promise<void> =>
  until(() => screen.queryByTestId('shared-notice') !== null);
export const button = (name: string): HTMLElement => screen.getByRole('button', { name });

/** Nor has jsdom what pages have in a secure context, and of a Blob. */
const addPlatform = (): void => {
  // Node takes nothing of jsdom's own kinds of bytes.
  const digest = (name: string, bytes: ArrayBuffer): Promise<ArrayBuffer> =>
    webcrypto.subtle.digest(name, Buffer.from(bytes));
  Object.defineProperty(crypto, 'subtle', { value: { digest }, configurable: true });
  Blob.prototype.arrayBuffer ??= function (this: Blob): Promise<ArrayBuffer> {
    return new Promise((resolve) => {
      const reader = new FileReader();
      reader.addEventListener('load', () => resolve(reader.result as ArrayBuffer));
      reader.readAsArrayBuffer(this);
    });
  };
};

/** Before each test. */
export const beginPage = (): void => {
  jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'setImmediate'] });
  addPlatform();
};

/** Behind each test. */
export const endPage = (): void => {
  cleanup();
  jest.useRealTimers();
};
