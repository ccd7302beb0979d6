import { describe, expect, it } from '@jest/globals';
import { PAST_SERVICE_WORKER } from '../../../web/src/shared/past-service-worker';
import { routeOf, type Route } from '../../../web/src/sw/request-route';

const ORIGIN = 'https://music.example';

type Asked = { method?: string; mode?: string; headers?: Record<string, string> };

const route = (path: string, { method = 'GET', mode = 'cors', headers = {} }: Asked = {}): Route =>
  routeOf({ method, mode, url: `${ORIGIN}${path}`, headers: new Headers(headers) }, ORIGIN);

describe('What the service worker answers', () => {
  it.each(['/', '/?debug', '/albums/12', '/albums/', '/apifoo', '/?sw=on'])(
    'opens the app for the page %s',
    (path) => {
      expect(route(path, { mode: 'navigate' })).toBe('page');
    },
  );

  it.each([
    '/api',
    '/api/',
    '/api/library/tracks',
    '/favicon.svg',
    '/v1.2',
    '/?sw=off',
    '/?sign-in',
  ])('leaves the page %s to the server', (path) => {
    expect(route(path, { mode: 'navigate' })).toBe('network');
  });

  it.each(['/assets/app-1a2b.js', '/favicon.svg', '/anything'])('looks for the file %s', (path) => {
    expect(route(path)).toBe('file');
  });

  it('stands behind the server for facts and covers of the library', () => {
    expect(route('/api/library/tracks?limit=500&offset=0')).toBe('library');
    expect(route('/api/library/albums/3')).toBe('library');
    expect(route('/api/library/tracks/7/artwork')).toBe('artwork');
  });

  it.each([
    ['all of it', {}],
    ['a part', { headers: { Range: 'bytes=0-1' } }],
    ['what it is', { method: 'HEAD' }],
  ])('looks whether an original is kept: %s', (_, asked) => {
    expect(route('/api/player/stream/7', asked)).toBe('audio');
  });

  it.each([
    ['a chunk', '/api/player/stream_chunk/7/0?preset=warm', {}],
    ['its head', '/api/player/stream_chunk/7/0', { method: 'HEAD' }],
    ['an audio element', '/api/player/stream_chunk/7/full', { headers: { Range: 'bytes=0-' } }],
    ['a download', '/api/player/stream_chunk/7/full', { mode: 'navigate' }],
  ])('makes enhanced sound for %s', (_, path, asked) => {
    expect(route(path, asked)).toBe('chunks');
  });

  it.each([
    ['audio', '/api/player/stream/7', { headers: { [PAST_SERVICE_WORKER]: '1' } }],
    ['a change of audio', '/api/player/stream/7', { method: 'POST' }],
    ['other audio', '/api/player/other/7', {}],
    ['what would change enhanced sound', '/api/player/stream_chunk/7/0', { method: 'POST' }],
    ['a range of anything', '/api/library/tracks', { headers: { Range: 'bytes=0-1' } }],
    ['whether a file is there', '/api/library/tracks', { method: 'HEAD' }],
    ['what changes something', '/api/library/tracks', { method: 'POST' }],
    ['events', '/api/library/events', { headers: { Accept: 'text/event-stream' } }],
    ['whether the server is there', '/api/health', {}],
    ['all else of the API', '/api', {}],
  ])('keeps away from %s', (_, path, asked) => {
    expect(route(path, asked)).toBe('network');
  });

  it('takes in what is shared, and only that', () => {
    const share = { method: 'POST', mode: 'navigate' };
    expect(route('/share', share)).toBe('share');
    expect(route('/share', { ...share, mode: 'cors' })).toBe('network');
    expect(route('/shares', share)).toBe('network');
    expect(route('/share', { mode: 'navigate' })).toBe('page');
    const facts = { ...share, headers: new Headers() };
    expect(routeOf({ ...facts, url: 'https://other.example/share' }, ORIGIN)).toBe('network');
  });

  it('keeps away from other origins', () => {
    const facts = { method: 'GET', mode: 'cors', headers: new Headers() };
    expect(routeOf({ ...facts, url: 'https://other.example/assets/a.js' }, ORIGIN)).toBe('network');
  });
});
