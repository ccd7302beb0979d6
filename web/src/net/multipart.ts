/**
 * Takes multipart/byteranges apart while it arrives (RFC 9110 section 14.6, RFC 2046
 * section 5.1.1). One part follows another:
 *
 *     [CRLF] "--" boundary CRLF  fields CRLF CRLF  bytes
 *     CRLF "--" boundary CRLF  fields CRLF CRLF  bytes  ...
 *     CRLF "--" boundary "--"
 *
 * Every part must carry one Content-Range, which tells its length; so a boundary is looked for only
 * where it has to be, never inside the bytes. Anything else is refused. Pure.
 */
import type { ByteRange } from '../shared/units';
import { parseContentRange } from './range-response';

/** One part's fields, the boundary in front of them included. */
export const PART_HEAD_BYTES_MAX = 1024;

/** RFC 2046: a boundary has 1 to 70 characters of this set, and does not end in a space. */
const BOUNDARY = /^[\w'()+,\-./:=? ]{0,69}[\w'()+,\-./:=?]$/;

/** The boundary out of a Content-Type; null when that is no multipart/byteranges. */
export const boundaryOf = (contentType: string | null): string | null => {
  const match = /^multipart\/byteranges\s*;(?:.*;)?\s*boundary=(?:"([^"\\]+)"|([^\s;"]+))/i.exec(
    contentType ?? '',
  );
  const boundary = match?.[1] ?? match?.[2] ?? '';
  return BOUNDARY.test(boundary) ? boundary : null;
};

export type Part = { readonly range: ByteRange; readonly sizeBytes: number | null };

export type PartListeners = {
  readonly onPart: (part: Part) => void;
  /** The bytes are only lent. */
  readonly onBytes: (offset: number, bytes: Uint8Array) => void;
};

/** The answer is no well-formed multipart/byteranges. */
export class MalformedMultipart extends Error {
  override readonly name = 'MalformedMultipart';
}

export class MultipartReader {
  readonly #delimiter: string;
  readonly #listeners: PartListeners;
  /** What has arrived since the last part's bytes, one character for one byte. */
  #head = '';
  #isFirst = true;
  /** What is still to come of the part's bytes. */
  #body: ByteRange = { begin: 0, end: 0 };
  #ended = false;

  constructor(boundary: string, listeners: PartListeners) {
    this.#delimiter = `--${boundary}`;
    this.#listeners = listeners;
  }

  /** The closing boundary was there. What comes after it is ignored. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Throws MalformedMultipart; the reader is of no use afterwards. */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && !this.#ended) {
      at += this.#body.begin < this.#body.end ? this.#take(bytes, at) : this.#readHead(bytes, at);
    }
  }

  #take(bytes: Uint8Array, at: number): number {
    const { begin, end } = this.#body;
    const count = Math.min(end - begin, bytes.length - at);
    this.#body = { begin: begin + count, end };
    this.#listeners.onBytes(begin, bytes.subarray(at, at + count));
    return count;
  }

  /** Reads up to the end of a head or of `bytes`; returns how many bytes that were. */
  #readHead(bytes: Uint8Array, at: number): number {
    const before = this.#head.length;
    const room = PART_HEAD_BYTES_MAX - before;
    const text = String.fromCharCode(...bytes.subarray(at, at + room));
    this.#head += text;
    // Only the first delimiter may lack its line break.
    const mayBeBare = this.#isFirst && this.#head.startsWith('-');
    const delimiter = mayBeBare ? this.#delimiter : `\r\n${this.#delimiter}`;
    if (!delimiter.startsWith(this.#head.slice(0, delimiter.length))) {
      throw new MalformedMultipart('a part does not begin where it should');
    }
    if (this.#head.startsWith(`${delimiter}--`)) {
      if (this.#isFirst) throw new MalformedMultipart('the parts are missing');
      this.#ended = true;
      return text.length;
    }
    const end = this.#head.indexOf('\r\n\r\n', delimiter.length);
    if (end < 0) {
      if (this.#head.length < PART_HEAD_BYTES_MAX) return text.length;
      throw new MalformedMultipart('the head of a part does not end');
    }
    const part = partOf(this.#head.slice(delimiter.length, end));
    this.#head = '';
    this.#isFirst = false;
    this.#body = part.range;
    this.#listeners.onPart(part);
    return end + 4 - before;
  }
}

const valuesOf = (fields: readonly string[], name: string): string[] =>
  fields
    .filter((field) => field.slice(0, field.indexOf(':')).toLowerCase() === name)
    .map((field) => field.slice(field.indexOf(':') + 1).trim());

/** `head` begins behind the delimiter. */
const partOf = (head: string): Part => {
  const [padding, ...fields] = head.split('\r\n');
  if (padding?.trim() !== '') throw new MalformedMultipart('a boundary is longer than announced');
  const [stated, ...more] = valuesOf(fields, 'content-range');
  const range = parseContentRange(stated ?? null);
  if (range === null || more.length > 0 || range.begin >= range.end) {
    throw new MalformedMultipart('a part does not say which bytes it holds');
  }
  if (range.size !== null && range.end > range.size) {
    throw new MalformedMultipart('a part reaches past the end of the file');
  }
  const encodings = valuesOf(fields, 'content-encoding');
  if (encodings.some((encoding) => encoding !== 'identity')) {
    throw new MalformedMultipart('a part is compressed');
  }
  return { range: { begin: range.begin, end: range.end }, sizeBytes: range.size };
};
