/**
 * Quiet noise as FLAC and as MP3, to run the decoders with. Not music and not meant to be heard:
 * one frame, filled with pseudo-random codes, over and over.
 */
import { BitWriter } from './bit-writer';

export const WARM_UP_RATE_HZ = 44_100;

/** Pseudo-random 32-bit numbers, the same every time (xorshift32, Marsaglia). */
const noise = (): (() => number) => {
  let state = 0x2545f491;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
};

const join = (parts: readonly Uint8Array[]): Uint8Array => {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
};

/** A CRC as FLAC has it: most significant bit first, start 0 (RFC 9639 sections 9.1.8 and 9.3). */
const crc = (bytes: Uint8Array, polynomial: number, bitCount: 8 | 16): number => {
  const top = 1 << (bitCount - 1);
  const step = (state: number): number =>
    (state & top) === 0 ? state << 1 : (state << 1) ^ polynomial;
  const mask = 2 * top - 1;
  const table = Array.from({ length: 256 }, (_, index) => {
    let state = index << (bitCount - 8);
    for (let bit = 0; bit < 8; bit += 1) state = step(state);
    return state & mask;
  });
  let state = 0;
  for (const byte of bytes) {
    state = ((state << 8) ^ (table[(state >> (bitCount - 8)) ^ byte] ?? 0)) & mask;
  }
  return state;
};

const FLAC_BLOCK_FRAMES = 4096;
const FLAC_ORDER = 8;
const RICE_BITS = 9;

/** Two LPC subframes whose predictor is zero, so that the residual is the sound (section 9.2.6). */
const flacSubframes = (): Uint8Array => {
  const random = noise();
  const bits = new BitWriter();
  for (let channel = 0; channel < 2; channel += 1) {
    bits.put(0x40 | ((FLAC_ORDER - 1) << 1), 8);
    for (let i = 0; i < FLAC_ORDER; i += 1) bits.put(0, 16);
    // Precision of 5 bits, no shift.
    bits.put(4, 4);
    bits.put(0, 5);
    for (let i = 0; i < FLAC_ORDER; i += 1) bits.put(0, 5);
    // One partition of Rice codes; each has an empty quotient.
    bits.put(0, 6);
    bits.put(RICE_BITS, 4);
    for (let i = FLAC_ORDER; i < FLAC_BLOCK_FRAMES; i += 1) {
      bits.put((1 << RICE_BITS) | (random() >>> (32 - RICE_BITS)), 1 + RICE_BITS);
    }
  }
  return bits.bytes();
};

/** 16-bit stereo FLAC (RFC 9639) of at least that length, at most 11 s. */
export const flacNoise = (durationSeconds: number): Uint8Array => {
  const frameCount = Math.ceil((durationSeconds * WARM_UP_RATE_HZ) / FLAC_BLOCK_FRAMES);
  const info = new BitWriter();
  for (const character of 'fLaC') info.put(character.charCodeAt(0), 8);
  // The last metadata block, STREAMINFO, of 34 bytes.
  info.put(0x80, 8);
  info.put(34, 24);
  info.put(FLAC_BLOCK_FRAMES, 16);
  info.put(FLAC_BLOCK_FRAMES, 16);
  info.put(0, 24);
  info.put(0, 24);
  info.put(WARM_UP_RATE_HZ, 20);
  info.put(2 - 1, 3);
  info.put(16 - 1, 5);
  info.put(0, 12);
  info.put(frameCount * FLAC_BLOCK_FRAMES, 24);
  const parts = [info.bytes(), new Uint8Array(16)];
  const body = flacSubframes();
  for (let frame = 0; frame < frameCount; frame += 1) {
    // Fixed block size; 4096 frames, 44.1 kHz; independent stereo, 16 bits.
    const head = Uint8Array.from([0xff, 0xf8, 0xc9, 0x18, frame]);
    const checked = join([head, Uint8Array.from([crc(head, 0x07, 8)]), body]);
    const check = crc(checked, 0x8005, 16);
    parts.push(checked, Uint8Array.from([check >> 8, check & 0xff]));
  }
  return join(parts);
};

const MP3_FRAME_BYTES = 626;
const MP3_FRAME_FRAMES = 1152;
const MP3_SIDE_BYTES = 32;
/** A quarter of what header and side information leave: two granules of two channels. */
const MP3_PART_BITS = ((MP3_FRAME_BYTES - 4 - MP3_SIDE_BYTES) * 8) / 4;

/** MPEG-1 layer III (ISO/IEC 11172-3 2.4.1), 192 kbit/s joint stereo, of at least that length. */
export const mp3Noise = (durationSeconds: number): Uint8Array => {
  const bits = new BitWriter();
  // Sync, no CRC; 192 kbit/s at 44.1 kHz; joint stereo with M/S.
  bits.put(0xfffb, 16);
  bits.put(0xb060, 16);
  // No bit reservoir; private bits; scale factors of their own.
  bits.put(0, 9 + 3 + 8);
  for (let part = 0; part < 4; part += 1) {
    bits.put(MP3_PART_BITS, 12);
    // Pairs of big values in code table 13, quietly; long blocks, no scale factors.
    bits.put(130, 9);
    bits.put(150, 8);
    bits.put(0, 4 + 1);
    for (let region = 0; region < 3; region += 1) bits.put(13, 5);
    bits.put(7, 4);
    bits.put(5, 3);
    bits.put(0, 3);
  }
  const random = noise();
  for (let i = 4 + MP3_SIDE_BYTES; i < MP3_FRAME_BYTES; i += 1) bits.put(random() >>> 24, 8);
  const frame = bits.bytes();
  const frameCount = Math.ceil((durationSeconds * WARM_UP_RATE_HZ) / MP3_FRAME_FRAMES);
  return join(Array.from({ length: frameCount }, () => frame));
};
