/** The reader of multipart/byteranges: whole and in pieces, well formed and not. */
import { describe, expect, it } from '@jest/globals';
import {
  boundaryOf,
  MalformedMultipart,
  MultipartReader,
  PART_HEAD_BYTES_MAX,
} from '../../../web/src/net/multipart';
import { randomBytes } from '../../support/random';

const FILE = randomBytes(20_000, 5);

type Range = { readonly begin: number; readonly end: number };
type Read = {
  readonly ranges: Range[];
  readonly got: Map<number, number>;
  readonly ended: boolean;
};

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');

const part = ({ begin, end }: Range, fields = ''): Buffer =>
  Buffer.concat([
    bytesOf(`--B\r\n${fields}Content-Range: bytes ${begin}-${end - 1}/${FILE.length}\r\n\r\n`),
    FILE.subarray(begin, end),
  ]);

const whole = (...parts: Buffer[]): Buffer =>
  Buffer.concat([...parts.flatMap((each) => [each, bytesOf('\r\n')]), bytesOf('--B--\r\n')]);

/** Feeds `message` in pieces; `got` maps each offset of the file to the byte that came for it. */
const readIn = (message: Uint8Array, pieceBytes: number): Read => {
  const ranges: Range[] = [];
  const got = new Map<number, number>();
  const reader = new MultipartReader('B', {
    onPart: ({ range }) => ranges.push(range),
    onBytes: (offset, bytes) => bytes.forEach((byte, index) => got.set(offset + index, byte)),
  });
  for (let at = 0; at < message.length; at += pieceBytes) {
    reader.push(message.subarray(at, at + pieceBytes));
  }
  return { ranges, got, ended: reader.ended };
};

const expectBytes = ({ ranges, got }: Read): void => {
  const count = ranges.reduce((sum, { begin, end }) => sum + end - begin, 0);
  expect(got.size).toBe(count);
  for (const [offset, byte] of got) {
    if (byte !== FILE[offset]) throw new Error(`another byte at ${offset}`);
  }
};

const PIECES = [1, 7, 17, 4096, 1_000_000];
const RANGES = [
  { begin: 5000, end: 9000 },
  { begin: 0, end: 1 },
  { begin: 12_000, end: 12_700 },
];

describe('MultipartReader', () => {
  it.each(PIECES)('hands out the parts in the order they come, in pieces of %i', (pieceBytes) => {
    const read = readIn(whole(...RANGES.map((range) => part(range))), pieceBytes);
    expect(read.ranges).toEqual(RANGES);
    expect(read.ended).toBe(true);
    expectBytes(read);
  });

  it.each(PIECES)(
    'takes other fields, a leading line break and an epilogue, in %i',
    (pieceBytes) => {
      const fields = 'content-TYPE:audio/flac\r\nX-Other: a: b\r\n';
      const message = Buffer.concat([
        bytesOf('\r\n'),
        whole(...RANGES.map((range) => part(range, fields))),
        bytesOf('whatever comes --B\r\nafter the end'),
      ]);
      const read = readIn(message, pieceBytes);
      expect(read.ranges).toEqual(RANGES);
      expect(read.ended).toBe(true);
      expectBytes(read);
    },
  );

  it('is not misled by boundaries inside the bytes', () => {
    const trap = bytesOf('\r\n--B--\r\n\r\n--B\r\nContent-Range: bytes 0-1/9\r\n\r\n');
    const head = `--B\r\nContent-Range: bytes 0-${trap.length - 1}/*\r\n\r\n`;
    const { got, ended } = readIn(whole(Buffer.concat([bytesOf(head), trap])), 3);
    expect(got.size).toBe(trap.length);
    expect(ended).toBe(true);
  });

  it('has not ended when the answer is cut short', () => {
    const message = whole(...RANGES.map((range) => part(range)));
    for (const lack of [9, 10, 500, message.length - 1]) {
      expect(readIn(message.subarray(0, message.length - lack), 1000).ended).toBe(false);
    }
  });

  it.each([
    ['nothing but the end', '--B--\r\n'],
    ['another boundary', '--C\r\nContent-Range: bytes 0-1/9\r\n\r\nab\r\n--C--\r\n'],
    ['no boundary at all', '<!doctype html><title>Welcome</title>\r\n\r\n'],
    ['no place', '--B\r\nContent-Type: audio/flac\r\n\r\nab\r\n--B--\r\n'],
    ['no fields', '--B\r\n\r\nab\r\n--B--\r\n'],
    ['two places', '--B\r\nContent-Range: bytes 0-1/9\r\nContent-Range: bytes 0-2/9\r\n\r\nab'],
    ['a place in another unit', '--B\r\nContent-Range: items 0-1/9\r\n\r\nab'],
    ['a place that runs backwards', '--B\r\nContent-Range: bytes 5-1/9\r\n\r\nab'],
    ['a place past the end', '--B\r\nContent-Range: bytes 5-9/9\r\n\r\nabcde'],
    ['a compressed part', '--B\r\nContent-Range: bytes 0-1/9\r\nContent-Encoding: br\r\n\r\nab'],
    ['a longer part than told', '--B\r\nContent-Range: bytes 0-1/9\r\n\r\nabc\r\n--B--\r\n'],
    [
      'a shorter part than told',
      '--B\r\nContent-Range: bytes 0-7/9\r\n\r\nabc\r\n--B--\r\n\r\n\r\n',
    ],
    ['no line break in between', '--B\r\nContent-Range: bytes 0-1/9\r\n\r\nab--B--\r\n'],
    ['a head without end', `--B\r\nX: ${'x'.repeat(PART_HEAD_BYTES_MAX)}`],
  ])('refuses %s, in any pieces', (_, text) => {
    for (const pieceBytes of PIECES) {
      expect(() => readIn(bytesOf(text), pieceBytes)).toThrow(MalformedMultipart);
    }
  });
});

describe('boundaryOf', () => {
  it.each([
    ['multipart/byteranges; boundary=part-01', 'part-01'],
    ['Multipart/ByteRanges;boundary="a b=c:d"', 'a b=c:d'],
    ['multipart/byteranges; charset=x; boundary=abc', 'abc'],
    ['multipart/byteranges; boundary=abc; charset=x', 'abc'],
    ['multipart/mixed; boundary=abc', null],
    ['multipart/byteranges', null],
    ['multipart/byteranges; boundary=', null],
    ['multipart/byteranges; boundary=""', null],
    [`multipart/byteranges; boundary=${'x'.repeat(71)}`, null],
    ['audio/flac', null],
    [null, null],
  ])('finds in %s the boundary %s', (contentType, boundary) => {
    expect(boundaryOf(contentType)).toBe(boundary);
  });
});
