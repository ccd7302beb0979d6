/**
 * How a file that is kept answers a request, as auralis-server does: conditions, ranges, lists of
 * ranges (RFC 9110 sections 13 to 15). Pure.
 */
import type { ByteRange } from '../shared/units';
import { parseRange } from './range-request';

/** What tells one version of a file, and its kind; '': the server did not say. */
export type FileVersion = {
  readonly sizeBytes: number;
  readonly etag: string;
  readonly lastModified: string;
  readonly contentType: string;
};

export type FileRequest = {
  readonly method: string;
  readonly headers: Pick<Headers, 'get'>;
};

export type FileAnswer = {
  readonly status: 200 | 206 | 304 | 412 | 416;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Words, or bytes of the file. */
  readonly body: readonly (string | ByteRange)[];
};

/** "W/" is of no meaning to those who compare weakly (RFC 9110 section 8.8.3.2). */
const TAG = /(W\/)?("[^"]*")/y;

const listMatches = (list: string, etag: string, isStrong: boolean): boolean => {
  if (list.trim() === '*') return true;
  const tags = new RegExp(TAG);
  let at = 0;
  for (;;) {
    while (/[ \t,]/.test(list[at] ?? '')) at += 1;
    tags.lastIndex = at;
    const match = tags.exec(list);
    // The end, or malformed from here on.
    if (match === null) return false;
    if (match[2] === etag && !(isStrong && match[1] !== undefined)) return true;
    at = tags.lastIndex;
  }
};

type Conditions = 'failed' | 'not modified' | 'go on';

const evaluate = (
  headers: FileRequest['headers'],
  { etag, lastModified }: FileVersion,
): Conditions => {
  const date = Date.parse(lastModified);
  const match = headers.get('If-Match');
  const unmodified = headers.get('If-Unmodified-Since');
  if (match !== null) {
    if (!listMatches(match, etag, true)) return 'failed';
  } else if (unmodified !== null && date > Date.parse(unmodified)) return 'failed';
  const noneMatch = headers.get('If-None-Match');
  if (noneMatch !== null) return listMatches(noneMatch, etag, false) ? 'not modified' : 'go on';
  const modified = headers.get('If-Modified-Since');
  return modified !== null && date <= Date.parse(modified) ? 'not modified' : 'go on';
};

const isRangeOfThis = (ifRange: string | null, { etag, lastModified }: FileVersion): boolean => {
  if (ifRange === null) return true;
  const value = ifRange.trim();
  if (value.startsWith('"') || value.startsWith('W/')) {
    return value === etag && !value.startsWith('W/');
  }
  return lastModified !== '' && Date.parse(value) === Date.parse(lastModified);
};

const contentRange = ({ begin, end }: ByteRange, sizeBytes: number): string =>
  `bytes ${begin}-${end - 1}/${sizeBytes}`;

const lengthOf = (body: FileAnswer['body']): number =>
  // The words are ASCII.
  body.reduce(
    (sum, part) => sum + (typeof part === 'string' ? part.length : part.end - part.begin),
    0,
  );

const multipart = (
  ranges: readonly ByteRange[],
  { sizeBytes, contentType }: FileVersion,
  boundary: string,
): FileAnswer['body'] => [
  ...ranges.flatMap((range, index) => [
    `${index === 0 ? '' : '\r\n'}--${boundary}\r\nContent-Type: ${contentType}\r\n` +
      `Content-Range: ${contentRange(range, sizeBytes)}\r\n\r\n`,
    range,
  ]),
  `\r\n--${boundary}--\r\n`,
];

/** `boundary`: of the parts, should there be several; no file may have been made to contain it. */
export const answerFor = (
  { method, headers }: FileRequest,
  version: FileVersion,
  boundary: string,
): FileAnswer => {
  const { sizeBytes, etag, lastModified, contentType } = version;
  const conditions = evaluate(headers, version);
  if (conditions === 'failed') return { status: 412, headers: [], body: [] };
  const known: [string, string][] = [
    ['ETag', etag],
    ['Last-Modified', lastModified],
    ['Cache-Control', 'private, no-cache'],
  ];
  const common = known.filter(([, value]) => value !== '');
  if (conditions === 'not modified') return { status: 304, headers: common, body: [] };
  // Range has a meaning for GET only (RFC 9110 section 14.2).
  const range = method === 'GET' ? headers.get('Range') : null;
  const isOfThis = isRangeOfThis(headers.get('If-Range'), version);
  const ranges = range === null || !isOfThis ? 'whole' : parseRange(range, sizeBytes);
  if (ranges === 'unsatisfiable') {
    const told: [string, string] = ['Content-Range', `bytes */${sizeBytes}`];
    return { status: 416, headers: [told, ['Accept-Ranges', 'bytes']], body: [] };
  }
  common.push(['Accept-Ranges', 'bytes']);
  if (ranges === 'whole') {
    const hasBody = method !== 'HEAD' && sizeBytes > 0;
    const body = hasBody ? [{ begin: 0, end: sizeBytes }] : [];
    const about: [string, string][] = [
      ['Content-Type', contentType],
      ['Content-Length', String(sizeBytes)],
    ];
    return { status: 200, headers: [...common, ...about], body };
  }
  const [only, ...others] = ranges;
  const isOne = only !== undefined && others.length === 0;
  const body = isOne ? [only] : multipart(ranges, version, boundary);
  const about: [string, string][] = isOne
    ? [
        ['Content-Type', contentType],
        ['Content-Range', contentRange(only, sizeBytes)],
      ]
    : [['Content-Type', `multipart/byteranges; boundary=${boundary}`]];
  about.push(['Content-Length', String(lengthOf(body))]);
  return { status: 206, headers: [...common, ...about], body };
};
