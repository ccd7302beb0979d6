/**
 * PNG (ISO/IEC 15948) of 8-bit RGBA without interlacing: as much as icons need.
 *
 *   signature, then chunks: length u32, type, data, CRC-32 of type and data
 *   IHDR  width u32, height u32, depth 8, colour type 6, 0, 0, 0
 *   IDAT  zlib of the rows, each behind a byte that says how it is filtered; here always 0
 */
import { deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const HEADER_REST = [8, 6, 0, 0, 0];

const CRC_TABLE = Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc >>> 0;
});

const crc32 = (bytes) => {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
};

const u32 = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

const chunk = (type, data) => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([u32(data.length), body, u32(crc32(body))]);
};

export const encodePng = (pixels, width, height) => {
  const stride = width * 4;
  const rows = Buffer.alloc((stride + 1) * height);
  for (let row = 0; row < height; row += 1) {
    rows.set(pixels.subarray(row * stride, (row + 1) * stride), row * (stride + 1) + 1);
  }
  const header = Buffer.concat([u32(width), u32(height), Buffer.from(HEADER_REST)]);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};

/** {width, height, pixels} of what encodePng makes; throws on whatever else. */
export const decodePng = (bytes) => {
  if (!bytes.subarray(0, 8).equals(SIGNATURE)) throw new Error('no PNG');
  const chunks = new Map();
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const body = bytes.subarray(at + 4, at + 8 + length);
    if (crc32(body) !== bytes.readUInt32BE(at + 8 + length)) throw new Error('a damaged PNG');
    chunks.set(body.toString('latin1', 0, 4), body.subarray(4));
    at += 12 + length;
  }
  const header = chunks.get('IHDR');
  if (!header.subarray(8).equals(Buffer.from(HEADER_REST))) throw new Error('another kind of PNG');
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const rows = inflateSync(chunks.get('IDAT'));
  const stride = width * 4 + 1;
  if (rows.length !== stride * height) throw new Error('rows are missing');
  const pixels = new Uint8Array(width * 4 * height);
  for (let row = 0; row < height; row += 1) {
    if (rows[row * stride] !== 0) throw new Error('a filtered row');
    pixels.set(rows.subarray(row * stride + 1, (row + 1) * stride), row * (stride - 1));
  }
  return { width, height, pixels };
};
