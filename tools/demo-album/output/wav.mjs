/**
 * WAV (RIFF) writer. Layout: 'RIFF' size 'WAVE', 'fmt ' (16 bytes of PCM for 16 bits; the 40 bytes
 * of WAVE_FORMAT_EXTENSIBLE for 24 bits, as Microsoft's "Multiple Channel Audio Data" asks above
 * 16 bits), 'LIST' of type 'INFO' with the tags, 'data'. Every chunk is padded to an even length.
 */
import { Random } from '../synth/random.mjs';

/** KSDATAFORMAT_SUBTYPE_PCM after its two-byte format code. */
const PCM_GUID_TAIL = Buffer.from('000000001000800000aa00389b71', 'hex');

function chunk(id, body) {
  const head = Buffer.alloc(8);
  head.write(id, 0, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

function formatChunk(rateHz, bits) {
  const extensible = bits > 16;
  const body = Buffer.alloc(extensible ? 40 : 16);
  const frameBytes = (2 * bits) / 8;
  body.writeUInt16LE(extensible ? 0xfffe : 1, 0);
  body.writeUInt16LE(2, 2);
  body.writeUInt32LE(rateHz, 4);
  body.writeUInt32LE(rateHz * frameBytes, 8);
  body.writeUInt16LE(frameBytes, 12);
  body.writeUInt16LE(bits, 14);
  if (extensible) {
    body.writeUInt16LE(22, 16);
    body.writeUInt16LE(bits, 18);
    body.writeUInt32LE(3, 20);
    body.writeUInt16LE(1, 24);
    PCM_GUID_TAIL.copy(body, 26);
  }
  return chunk('fmt ', body);
}

/** @param {{title: string, artist: string, album: string, track: number, year: string}} tags */
function infoChunk(tags) {
  const fields = {
    INAM: tags.title,
    IART: tags.artist,
    IPRD: tags.album,
    IPRT: String(tags.track),
    ITRK: String(tags.track),
    ICRD: tags.year,
    IGNR: tags.genre,
  };
  const parts = Object.entries(fields).map(([id, text]) => chunk(id, Buffer.from(`${text}\0`)));
  return chunk('LIST', Buffer.concat([Buffer.from('INFO'), ...parts]));
}

/**
 * Interleaves and rounds with triangular dither of +-1 step, so that quiet tails fade into steady
 * noise instead of distortion.
 */
function sampleData({ left, right }, bits) {
  const bytes = bits / 8;
  const data = Buffer.alloc(left.length * 2 * bytes);
  const scale = 2 ** (bits - 1) - 1;
  const random = new Random(0x5eed + bits);
  let offset = 0;
  for (let frame = 0; frame < left.length; frame += 1) {
    for (let side = 0; side < 2; side += 1) {
      const sample = side === 0 ? left[frame] : right[frame];
      const dither = random.next() - random.next();
      const rounded = Math.round(sample * scale + dither);
      const value = Math.max(-scale - 1, Math.min(scale, rounded));
      data[offset] = value & 0xff;
      data[offset + 1] = (value >> 8) & 0xff;
      if (bytes === 3) data[offset + 2] = (value >> 16) & 0xff;
      offset += bytes;
    }
  }
  return data;
}

/**
 * @param {{left: Float32Array, right: Float32Array, rateHz: number}} audio within [-1, 1]
 * @param {16 | 24} bits
 * @param {object | null} tags see infoChunk; null writes none, for encoders that only want audio
 * @returns {Buffer} the whole file
 */
export function encodeWav(audio, bits, tags) {
  const chunks = [formatChunk(audio.rateHz, bits)];
  if (tags) chunks.push(infoChunk(tags));
  chunks.push(chunk('data', sampleData(audio, bits)));
  return chunk('RIFF', Buffer.concat([Buffer.from('WAVE'), ...chunks]));
}
