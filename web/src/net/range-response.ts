/**
 * What an answer to a range request means (RFC 9110 sections 14 and 15.3.7). Pure.
 *
 * Across origins a server may hide Content-Range and ETag from scripts, so everything is checked
 * as far as it can be read. Validators are compared here and never sent as If-Range, which would
 * cost a preflight (https://fetch.spec.whatwg.org/#cors-safelisted-request-header).
 */
import { PlayerError } from '../shared/errors';
import type { ByteRange } from '../shared/units';

/** What identifies one version of the file; null: not told or not readable. */
export type SourceFacts = {
  readonly sizeBytes: number | null;
  readonly etag: string | null;
  /** The server does not vouch for every byte where `etag` is equal (RFC 9110 section 8.8.1). */
  readonly isEtagWeak: boolean;
  readonly lastModified: string | null;
};

/** The parts of Response that are looked at. */
export type ResponseHead = {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
};

export type Answer =
  /** The body holds `range`; its end may lie before the one asked for. */
  | { readonly type: 'part'; readonly range: ByteRange; readonly facts: SourceFacts }
  /** The body is the whole file: the server does not do ranges. */
  | { readonly type: 'whole'; readonly facts: SourceFacts }
  /** The file is empty. */
  | { readonly type: 'empty' }
  /** Ask again later. */
  | { readonly type: 'lost'; readonly reason: string };

export const NO_FACTS: SourceFacts = {
  sizeBytes: null,
  etag: null,
  isEtagWeak: false,
  lastModified: null,
};

const TEMPORARY_STATUS: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Whether asking again later can help. */
export const isTemporary = (status: number): boolean => TEMPORARY_STATUS.has(status);

const readCount = (text: string | null): number | null =>
  text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;

export type ContentRange = {
  readonly begin: number;
  readonly end: number;
  readonly size: number | null;
};

/** `bytes 0-99/1234` or `bytes 0-99/*`. */
export const parseContentRange = (text: string | null): ContentRange | null => {
  const match = /^bytes\s+(\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(text ?? '');
  if (match === null) return null;
  return { begin: Number(match[1]), end: Number(match[2]) + 1, size: readCount(match[3] ?? null) };
};

const isEncoded = (head: ResponseHead): boolean => {
  const encoding = head.headers.get('content-encoding');
  return encoding !== null && encoding !== '' && encoding !== 'identity';
};

/** Validators of an answer that carries or describes the file. */
export const factsOf = (head: ResponseHead, sizeBytes: number | null): SourceFacts => ({
  sizeBytes,
  // Some servers mark the same representation weak in one answer and strong in another.
  etag: head.headers.get('etag')?.replace(/^W\//, '') ?? null,
  isEtagWeak: head.headers.get('etag')?.startsWith('W/') ?? false,
  lastModified: head.headers.get('last-modified'),
});

/** Content-Length, where it counts bytes of the file. */
export const bodyLength = (head: ResponseHead): number | null =>
  isEncoded(head) ? null : readCount(head.headers.get('content-length'));

const differ = <T>(a: T | null, b: T | null): boolean => a !== null && b !== null && a !== b;

/** Adds what `next` tells to `known`. Throws when both cannot be the same version of the file. */
export const mergeFacts = (known: SourceFacts, next: SourceFacts): SourceFacts => {
  if (
    differ(known.sizeBytes, next.sizeBytes) ||
    differ(known.etag, next.etag) ||
    differ(known.lastModified, next.lastModified)
  ) {
    throw fileChanged();
  }
  return {
    sizeBytes: known.sizeBytes ?? next.sizeBytes,
    etag: known.etag ?? next.etag,
    isEtagWeak: known.isEtagWeak || next.isEtagWeak,
    lastModified: known.lastModified ?? next.lastModified,
  };
};

/** What was read before and what comes now are not of one version of the file. */
export class FileChangedError extends PlayerError {
  constructor() {
    const words = 'the track was replaced on the server while it was being read; open it again';
    super('replaced', words);
  }
}

export const fileChanged = (): PlayerError => new FileChangedError();

export const tooLarge = (limitBytes: number): PlayerError =>
  new PlayerError(
    'unsupported',
    'the server sends the track only as a whole (no byte ranges), ' +
      `and it is larger than ${Math.round(limitBytes / 2 ** 20)} MiB`,
  );

const refusal = (status: number): PlayerError => {
  if (status === 404 || status === 410) {
    const words = `the track is no longer on the server (${status}); update the library`;
    return new PlayerError('gone', words);
  }
  if (status === 401 || status === 403) {
    return new PlayerError('network', `the server refuses access to the track (${status})`);
  }
  return new PlayerError('network', `the server does not deliver the track (status ${status})`);
};

const interpretPart = (head: ResponseHead, asked: ByteRange): Answer => {
  if (isEncoded(head)) {
    const words = 'the server compresses the track on the way, which makes byte ranges meaningless';
    throw new PlayerError('unsupported', words);
  }
  const length = bodyLength(head);
  const stated = parseContentRange(head.headers.get('content-range'));
  if (stated === null) {
    // Hidden or missing: what was asked for, as far as the length says.
    const end = length === null ? asked.end : Math.min(asked.end, asked.begin + length);
    const range = { begin: asked.begin, end };
    return { type: 'part', range, facts: factsOf(head, null) };
  }
  if (stated.begin !== asked.begin || stated.end > asked.end || stated.end <= stated.begin) {
    const words =
      `the server answered bytes ${stated.begin}-${stated.end - 1} ` +
      `to a request for ${asked.begin}-${asked.end - 1}`;
    throw new PlayerError('unsupported', words);
  }
  const range = { begin: stated.begin, end: stated.end };
  return { type: 'part', range, facts: factsOf(head, stated.size) };
};

/**
 * Sorts the answer to a request for `asked`. Throws a PlayerError when asking again cannot help.
 */
export const interpretAnswer = (head: ResponseHead, asked: ByteRange): Answer => {
  const { status } = head;
  if (status === 206) return interpretPart(head, asked);
  if (status === 200) return { type: 'whole', facts: factsOf(head, bodyLength(head)) };
  // No byte 0: the file is empty. Elsewhere the file must have shrunk.
  if (status === 416 && asked.begin === 0) return { type: 'empty' };
  if (status === 416) throw fileChanged();
  if (isTemporary(status)) return { type: 'lost', reason: `the server answers ${status}` };
  throw refusal(status);
};
