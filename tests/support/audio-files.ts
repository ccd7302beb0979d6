/** Small audio files made in the test: music-like enough to be enhanced, the same every time. */
import { seededRandom } from './random';

/** Interleaved stereo, 16 bit: a few partials that come and go over noise. */
export const stereoSamples = (frameCount: number, rateHz: number, seed: number): Int16Array => {
  const random = seededRandom(seed);
  const partials = Array.from({ length: 6 }, () => ({
    step: (2 * Math.PI * (80 + 2000 * random())) / rateHz,
    swell: (2 * Math.PI * (0.1 + random())) / rateHz,
    side: random(),
  }));
  const samples = new Int16Array(2 * frameCount);
  for (let frame = 0; frame < frameCount; frame += 1) {
    let left = 0.02 * (random() - 0.5);
    let right = 0.02 * (random() - 0.5);
    for (const { step, swell, side } of partials) {
      const value = 0.08 * Math.sin(frame * step) * (1 + Math.sin(frame * swell));
      left += value * side;
      right += value * (1 - side);
    }
    samples[2 * frame] = Math.round(left * 0x7fff);
    samples[2 * frame + 1] = Math.round(right * 0x7fff);
  }
  return samples;
};

/** RIFF WAVE, PCM. `declaredFrames` may promise more than there is. */
export const wavFile = (
  samples: Int16Array,
  rateHz: number,
  declaredFrames = samples.length / 2,
): Uint8Array => {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + declaredFrames * 4, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(2, 22);
  header.writeUInt32LE(rateHz, 24);
  header.writeUInt32LE(rateHz * 4, 28);
  header.writeUInt16LE(4, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(declaredFrames * 4, 40);
  return Buffer.concat([
    header,
    Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength),
  ]);
};

/** A CRC of FLAC: polynomial of `bits` bits, most significant first, start 0 (RFC 9639 9.1.8). */
const crc = (bytes: Uint8Array, polynomial: number, bits: number): number => {
  const top = 1 << (bits - 1);
  let state = 0;
  for (const byte of bytes) {
    state ^= byte << (bits - 8);
    for (let bit = 0; bit < 8; bit += 1) {
      state = (state & top) !== 0 ? (state << 1) ^ polynomial : state << 1;
    }
    state &= 2 * top - 1;
  }
  return state;
};

const BLOCK_FRAMES = 4096;

/** One frame with verbatim subframes (RFC 9639 section 9). */
const flacFrame = (samples: Int16Array, index: number): Buffer => {
  const frameCount = samples.length / 2;
  // Sync and fixed block size; size in 16 bits, rate from STREAMINFO; stereo; 16 bits.
  const utf8 = index < 0x80 ? [index] : [0xc0 | (index >> 6), 0x80 | (index & 0x3f)];
  const head = Buffer.from([0xff, 0xf8, 0x70, 0x18, ...utf8, 0, 0]);
  head.writeUInt16BE(frameCount - 1, head.length - 2);
  const body = Buffer.alloc(2 * (1 + 2 * frameCount));
  for (let channel = 0; channel < 2; channel += 1) {
    const begin = channel * (1 + 2 * frameCount);
    body[begin] = 0x02;
    for (let frame = 0; frame < frameCount; frame += 1) {
      body.writeInt16BE(samples[2 * frame + channel] ?? 0, begin + 1 + 2 * frame);
    }
  }
  const frame = Buffer.concat([head, Buffer.from([crc(head, 0x07, 8)]), body]);
  const check = Buffer.alloc(2);
  check.writeUInt16BE(crc(frame, 0x8005, 16));
  return Buffer.concat([frame, check]);
};

const flacBlock = (type: number, last: boolean, body: Uint8Array): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(((last ? 0x80 : 0) | type) * 2 ** 24 + body.length);
  return Buffer.concat([head, body]);
};

/** A PICTURE block: a front cover of so many meaningless bytes (RFC 9639 section 8.8). */
const pictureBlock = (byteCount: number): Buffer => {
  const mime = 'image/jpeg';
  const head = Buffer.alloc(8 + mime.length + 24);
  head.writeUInt32BE(3, 0);
  head.writeUInt32BE(mime.length, 4);
  head.write(mime, 8, 'latin1');
  head.writeUInt32BE(byteCount, head.length - 4);
  return flacBlock(6, false, Buffer.concat([head, Buffer.alloc(byteCount, 0xaa)]));
};

/** FLAC, uncompressed inside; with a cover in front of the audio. */
export const flacFile = (samples: Int16Array, rateHz: number, coverBytes: number): Uint8Array => {
  const info = Buffer.alloc(34);
  info.writeUInt16BE(BLOCK_FRAMES, 0);
  info.writeUInt16BE(BLOCK_FRAMES, 2);
  // Rate in 20 bits, channels - 1 in 3, depth - 1 in 5, frames in 36.
  info.writeUInt32BE(rateHz * 2 ** 12 + (1 << 9) + (15 << 4), 10);
  info.writeUInt32BE(samples.length / 2, 14);
  const frames: Buffer[] = [];
  for (let begin = 0; begin < samples.length; begin += 2 * BLOCK_FRAMES) {
    frames.push(flacFrame(samples.subarray(begin, begin + 2 * BLOCK_FRAMES), frames.length));
  }
  const cover = coverBytes > 0 ? [pictureBlock(coverBytes)] : [];
  const padding = flacBlock(1, true, Buffer.alloc(16));
  return Buffer.concat([
    Buffer.from('fLaC', 'latin1'),
    flacBlock(0, false, info),
    ...cover,
    padding,
    ...frames,
  ]);
};
