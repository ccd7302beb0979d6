/**
 * A file that is kept on the device answers as the server does: the same requests to both, the same
 * answers from both (RFC 9110 sections 13 to 15).
 */
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { KeptFiles } from '../../web/src/originals/kept-files';
import { OriginalFiles } from '../../web/src/originals/original-files';
import { freshDatabase } from '../support/fresh-database';
import { bringFile } from '../support/originals-stage';
import { AuralisServer } from './support/auralis-server';
import { makeSound, writeFlac } from './support/music';

jest.setTimeout(300_000);

/** When the file was changed last; a whole second. */
const CHANGED = 'Tue, 14 Nov 2023 22:13:20 GMT';
const BEFORE = 'Tue, 14 Nov 2023 22:13:19 GMT';
const BEHIND = 'Tue, 14 Nov 2023 22:13:21 GMT';

let folder = '';
let server: AuralisServer;
let files: OriginalFiles;
let kept: KeptFiles;
let url = '';
let etag = '';
let sizeBytes = 0;

beforeAll(async () => {
  freshDatabase();
  folder = await mkdtemp(join(tmpdir(), 'auralis-music-'));
  const path = join(folder, 'track.flac');
  await writeFlac(path, makeSound(44_100, 44_100 * 20, 5), 'int16');
  await utimes(path, new Date(CHANGED), new Date(CHANGED));
  server = await AuralisServer.start(folder);
  const listed = (await (await fetch(`${server.origin}/api/library/tracks`)).json()) as {
    tracks: { stream_url: string }[];
  };
  url = `${server.origin}${listed.tracks[0]?.stream_url ?? ''}`;
  files = new OriginalFiles();
  await files.add([{ key: url, addedAtMs: 1, about: null }]);
  expect(await bringFile(files, url, { url })).toBe('whole');
  const { version } = (await files.find(url)) ?? {};
  ({ etag, sizeBytes } = version ?? { etag: '', sizeBytes: 0 });
  expect(sizeBytes).toBeGreaterThan(1_000_000);
  kept = new KeptFiles({
    files,
    onDamaged: () => undefined,
    wait: () => new Promise(() => undefined),
  });
});

afterAll(async () => {
  files?.close();
  await server?.clear();
  await rm(folder, { recursive: true, force: true });
});

/** What is compared: of the parts of a list, all but the boundary, which is drawn anew. */
const told = async (answer: Response) => {
  const { status, headers } = answer;
  const type = headers.get('Content-Type') ?? '';
  const boundary = /boundary=(\S+)/.exec(type)?.[1];
  const body = Buffer.from(await answer.arrayBuffer());
  // Errors of the server have words of their own.
  const isOfFile = status < 400;
  const text = boundary === undefined ? '' : body.toString('latin1').replaceAll(boundary, 'B');
  return {
    status,
    etag: headers.get('ETag'),
    lastModified: headers.get('Last-Modified'),
    contentRange: headers.get('Content-Range'),
    acceptRanges: headers.get('Accept-Ranges'),
    cacheControl: isOfFile ? headers.get('Cache-Control') : null,
    type: isOfFile ? type.replace(boundary ?? '', 'B') : null,
    length: isOfFile && boundary === undefined ? headers.get('Content-Length') : null,
    isLengthTrue:
      answer.bodyUsed && boundary !== undefined
        ? Number(headers.get('Content-Length')) === body.length
        : true,
    body: boundary === undefined && isOfFile ? body.toString('base64') : text,
  };
};

const expectSame = async (method: string, lines: Record<string, string>): Promise<void> => {
  const headers = new Headers(lines);
  const ours = await kept.answer(url, { method, headers });
  if (!ours) throw new Error('it is not kept');
  const theirs = await fetch(url, { method, headers: lines });
  const [found, expected] = [await told(ours), await told(theirs)];
  const { body, ...about } = found;
  const { body: expectedBody, ...expectedAbout } = expected;
  expect(about).toEqual(expectedAbout);
  // Not by toEqual(): it would show megabytes.
  expect(body.length).toBe(expectedBody.length);
  expect(body === expectedBody).toBe(true);
};

const RANGES = [
  'bytes=0-0',
  'bytes=0-65535',
  'bytes=500-999',
  'bytes=0-',
  'bytes=700000-',
  'bytes=-1',
  'bytes=-100000',
  'bytes=-99999999999',
  'bytes=99000-99999999999999999999999',
  'bytes=5-18446744073709551616',
  'BYTES=5-9',
  'bytes=0005-0009',
  'bytes= 5-9',
  'bytes=99999999-',
  'bytes=99999999-999999999',
  'bytes=-0',
  'bytes=99999999999999999999999-',
  'bytes=9-5',
  'bytes=abc',
  'bytes=',
  'bytes=-',
  'bytes=,',
  'items=0-5',
  'bytes=0-1-2',
  '0-5',
  'bytes=+1-2',
  'bytes=1 -2',
  'bytes=0-1,999999999-',
  'bytes=1-2,',
  'bytes= 1-2 ,,\t4-5 ,',
  'bytes=1-2,4-5',
  'bytes=600000-699999, 0-0, -1000, 1-1',
  'bytes=0-9,10-19',
  'bytes=0-5,5-6',
  'bytes=0-,0-',
  'bytes=1-2,x',
  'bytes=200000000-,300000000-',
  `bytes=${Array.from({ length: 64 }, (_, at) => `${2 * at}-${2 * at}`).join(',')}`,
  `bytes=${Array.from({ length: 65 }, (_, at) => `${2 * at}-${2 * at}`).join(',')}`,
];

describe('A file that is kept answers as the server does', () => {
  it.each(RANGES)('the range %s', async (range) => {
    await expectSame('GET', { Range: range });
  });

  it('all of it, and what it is', async () => {
    await expectSame('GET', {});
    await expectSame('HEAD', {});
    await expectSame('HEAD', { Range: 'bytes=0-9' });
    await expectSame('HEAD', { Range: 'bytes=999999999-' });
  });

  it.each([['TAG'], ['W/TAG'], ['"stale"'], [CHANGED], [BEFORE], [BEHIND], ['nonsense']])(
    'a range of the version %s',
    async (version) => {
      const ifRange = version.replace('TAG', etag);
      await expectSame('GET', { Range: 'bytes=10-19', 'If-Range': ifRange });
      await expectSame('GET', { Range: 'bytes=10-19,30-39', 'If-Range': ifRange });
      await expectSame('GET', { Range: 'bytes=999999999-', 'If-Range': ifRange });
    },
  );

  it.each([
    [{ 'If-None-Match': 'TAG' }],
    [{ 'If-None-Match': 'W/TAG' }],
    [{ 'If-None-Match': '*' }],
    [{ 'If-None-Match': '"x", "y,z", TAG' }],
    [{ 'If-None-Match': '"x"' }],
    [{ 'If-None-Match': ', ,TAG' }],
    [{ 'If-None-Match': 'x TAG' }],
    [{ 'If-Modified-Since': CHANGED }],
    [{ 'If-Modified-Since': BEHIND }],
    [{ 'If-Modified-Since': BEFORE }],
    [{ 'If-Modified-Since': 'nonsense' }],
    [{ 'If-None-Match': '"x"', 'If-Modified-Since': CHANGED }],
    [{ 'If-None-Match': 'TAG', Range: 'bytes=0-1' }],
    [{ 'If-Match': '"x"' }],
    [{ 'If-Match': 'TAG' }],
    [{ 'If-Match': 'W/TAG' }],
    [{ 'If-Match': '*' }],
    [{ 'If-Unmodified-Since': BEFORE }],
    [{ 'If-Unmodified-Since': CHANGED }],
    [{ 'If-Match': 'TAG', 'If-Unmodified-Since': BEFORE }],
  ] as Record<string, string>[][])('the conditions %p', async (conditions) => {
    const lines = Object.fromEntries(
      Object.entries(conditions ?? {}).map(([name, value]) => [name, value.replace('TAG', etag)]),
    );
    await expectSame('GET', lines);
    await expectSame('HEAD', lines);
  });
});
