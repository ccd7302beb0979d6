/** Lists of other players in the page: on their way in, and out. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createEvent, fireEvent, screen } from '@testing-library/react';
import {
  button,
  LIBRARY,
  choose,
  click,
  m3u,
  openMix,
  openPage,
  playlists,
  queued,
  rows,
  song,
  type Opened,
  withListsPage,
} from '../../support/lists-page';

withListsPage();

describe('A list of another player', () => {
  it('becomes a playlist, with what was not found in its place', async () => {
    const page = await openPage('/playlists');
    const list = m3u(
      'road.m3u8',
      '#EXTM3U',
      '#EXTINF:120,Mira - Drift',
      'D:\\Music\\mira\\harbour\\04 DRIFT.flac',
      '#EXTINF:60,Nobody - Lost',
      'elsewhere/Lost.mp3',
      'http://host/api/player/stream/id-Anchor',
    );
    await choose([list], page);
    expect(screen.getByText(/2 of 3 songs found. The others stay in it in grey./)).toBeTruthy();
    expect(screen.getByText('elsewhere/Lost.mp3')).toBeTruthy();
    fireEvent.click(screen.getAllByRole('link', { name: 'road' })[0] as HTMLElement);
    await page.settle();
    expect(rows()).toEqual(['Drift', 'Lost', 'Anchor']);
    expect(button('Play: Lost by Nobody, not found in the library')).toBeTruthy();
    await click('Play all', page);
    expect(queued(page)).toEqual(['Drift', 'Anchor']);
  });

  it('is taken in wherever it is dropped', async () => {
    const page = await openPage('/songs');
    const file = m3u('road.m3u', 'x/Mira/Harbour/02 Buoy.flac');
    const item = { kind: 'file', webkitGetAsEntry: () => null, getAsFile: () => file };
    const event = createEvent.drop(document.body);
    Object.defineProperty(event, 'dataTransfer', { value: { types: ['Files'], items: [item] } });
    fireEvent(document.body, event);
    await page.settle();
    expect(location.pathname).toBe('/playlists');
    expect(screen.getByText(/all of 1 song found/)).toBeTruthy();
    expect(playlists()).toEqual(['Favourites0 songs', 'road1 song · 2:00']);
  });

  it('that is none is told', async () => {
    const page = await openPage('/playlists');
    await choose([m3u('empty.m3u', '#EXTM3U')], page);
    expect(
      screen.getByText(/“empty.m3u” was not imported: there are no songs in it./),
    ).toBeTruthy();
    await choose([m3u('odd.m3u', '\u0000\u0001')], page);
    expect(screen.getByText(/“odd.m3u” was not imported: it is not a list of songs./)).toBeTruthy();
    page.server.isDown = true;
    await choose([m3u('a.m3u', 'x/a.flac')], page);
    expect(screen.getByText(/the library cannot be looked at now/)).toBeTruthy();
    expect(playlists()).toEqual(['Favourites0 songs']);
  });

  it('is read out once it is in, and not how far it has come', async () => {
    const many = Array.from({ length: 2000 }, (_, at) => song(`Song${at}`, 0));
    const page = await openPage('/playlists', { tracks: many });
    const said = new Set<string>();
    const shown = new Set<string>();
    const watcher = new MutationObserver(() => {
      shown.add(document.body.textContent ?? '');
      for (const region of screen.getAllByRole('status')) said.add(region.textContent ?? '');
    });
    watcher.observe(document.body, { subtree: true, childList: true, characterData: true });
    await choose([m3u('a.m3u', 'x/Lost.flac')], page);
    watcher.disconnect();
    const tells = (texts: Set<string>): boolean =>
      [...texts].some((text) => text.includes('Looking for the songs of “a”'));
    expect([tells(shown), tells(said)]).toEqual([true, false]);
    expect([...said].some((text) => text.includes('0 of 1 song found'))).toBe(true);
  });

  it('is found in a library of many pages by few questions', async () => {
    const many = Array.from({ length: 2000 }, (_, at) => song(`Song${at}`, 0));
    const page = await openPage('/playlists', { tracks: [...many, ...LIBRARY] });
    const before = page.server.asked.length;
    await choose([m3u('a.m3u', '#EXTINF:120,Mira - Drift', 'Mira/Harbour/04 Drift.flac')], page);
    expect(screen.getByText(/all of 1 song found/)).toBeTruthy();
    expect(page.server.asked.length - before).toBe(2);
    await choose([m3u('b.m3u', '/x/Mira/Harbour/04 Drift.flac')], page);
    expect(screen.getAllByText(/all of 1 song found/)).toHaveLength(2);
  });
});

describe('An export', () => {
  const { click: goThere } = HTMLAnchorElement.prototype;
  let blobs: Blob[] = [];
  let saved: string[] = [];

  beforeEach(() => {
    blobs = [];
    saved = [];
    URL.createObjectURL = (blob) => {
      blobs.push(blob as Blob);
      return 'blob:x';
    };
    HTMLAnchorElement.prototype.click = function keepName(): void {
      saved.push(this.download);
    };
  });
  afterEach(() => {
    HTMLAnchorElement.prototype.click = goThere;
  });

  /** The lines of the file. */
  const exported = async (page: Opened): Promise<readonly string[]> => {
    await click('Export', page);
    const reader = new FileReader();
    const read = new Promise((resolve) => (reader.onload = resolve));
    reader.readAsText(blobs[0] as Blob);
    await read;
    return String(reader.result).split('\n');
  };

  it('is a file with the paths of the music folder', async () => {
    const lines = await exported(await openMix());
    expect(saved).toEqual(['Mix.m3u8']);
    expect(lines.slice(0, 4)).toEqual([
      '#EXTM3U',
      '#PLAYLIST:Mix',
      '#EXTINF:120,Mira - Anchor',
      'Mira/Harbour/01 Anchor.flac',
    ]);
  });

  it('gives back what was not found as it came', async () => {
    const page = await openPage('/playlists');
    const locations = [
      'D:\\Music\\Lost.mp3',
      'file:///x/Also%20lost.mp3',
      'http://radio.example/live',
    ];
    await choose([m3u('road.m3u8', ...locations)], page);
    fireEvent.click(screen.getAllByRole('link', { name: 'road' })[0] as HTMLElement);
    await page.settle();
    expect(rows()).toEqual(['Lost.mp3', 'Also lost.mp3', 'live']);
    const lines = await exported(page);
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual(locations);
  });
});
