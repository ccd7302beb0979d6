/**
 * Makes the files that the tests play. The sound never repeats itself, so that every place of it
 * can be recognised: low-passed noise under gliding tones, with a slow swell, different left and
 * right.
 */
import { writeFile } from 'node:fs/promises';
import { runProgram } from './run-program';

export type Sound = {
  readonly rateHz: number;
  /** One array per channel, full scale 1. */
  readonly channels: readonly Float64Array[];
};

export type SampleFormat = 'int16' | 'int24' | 'float32';

// Looked up once: a global costs much in Jest's sandbox.
const { PI, min, round, sin } = Math;

/** The slow movements of the sound are renewed this often. */
const STEP_FRAMES = 32;

/** `seed` is a whole number from 1 on. */
export const makeSound = (
  rateHz: number,
  frameCount: number,
  seed: number,
  channelCount = 2,
): Sound => ({
  rateHz,
  channels: Array.from({ length: channelCount }, (_, channel) =>
    makeChannel(rateHz, frameCount, seed, channel),
  ),
});

const makeChannel = (
  rateHz: number,
  frameCount: number,
  seed: number,
  channel: number,
): Float64Array => {
  const samples = new Float64Array(frameCount);
  const smoothing = min(1, 9000 / rateHz);
  let random = (seed * 2_654_435_761 + channel * 40_503 + 1) | 0; // Xorshift32, Marsaglia 2003.
  let held = 0;
  let phase = 0;
  for (let begin = 0; begin < frameCount; begin += STEP_FRAMES) {
    const seconds = begin / rateHz;
    const glideHz = 330 + 80 * channel + 170 * sin(seconds * 0.37 + seed);
    const phaseStep = (2 * PI * glideHz) / rateHz;
    const swell = 0.75 + 0.25 * sin(seconds * 1.3 + channel + seed);
    for (let frame = begin; frame < min(begin + STEP_FRAMES, frameCount); frame += 1) {
      random ^= random << 13;
      random ^= random >>> 17;
      random ^= random << 5;
      held += smoothing * (random / 0x80000000 - held);
      phase += phaseStep;
      samples[frame] = swell * (0.25 * held + 0.15 * sin(phase));
    }
  }
  return samples;
};

const SAMPLE_BYTES: Readonly<Record<SampleFormat, number>> = { int16: 2, int24: 3, float32: 4 };

/** A WAV file (WAVEFORMATEX). */
export const encodeWav = ({ rateHz, channels }: Sound, format: SampleFormat): Buffer => {
  const sampleBytes = SAMPLE_BYTES[format];
  const frameBytes = sampleBytes * channels.length;
  const frameCount = channels[0]?.length ?? 0;
  const dataBytes = frameCount * frameBytes;
  const file = Buffer.alloc(44 + dataBytes);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + dataBytes, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(format === 'float32' ? 3 : 1, 20);
  file.writeUInt16LE(channels.length, 22);
  file.writeUInt32LE(rateHz, 24);
  file.writeUInt32LE(rateHz * frameBytes, 28);
  file.writeUInt16LE(frameBytes, 32);
  file.writeUInt16LE(sampleBytes * 8, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(dataBytes, 40);
  let offset = 44;
  for (let frame = 0; frame < frameCount; frame += 1) {
    for (const samples of channels) {
      const value = samples[frame] ?? 0;
      if (format === 'int16') file.writeInt16LE(round(value * 32_767), offset);
      else if (format === 'int24') file.writeIntLE(round(value * 8_388_607), offset, 3);
      else file.writeFloatLE(value, offset);
      offset += sampleBytes;
    }
  }
  return file;
};

export const writeWav = (path: string, sound: Sound, format: SampleFormat): Promise<void> =>
  writeFile(path, encodeWav(sound, format));

export const writeFlac = async (
  path: string,
  sound: Sound,
  format: SampleFormat,
  options: readonly string[] = [],
): Promise<void> => {
  const wavPath = `${path}.source.tmp`;
  await writeWav(wavPath, sound, format);
  await runProgram('flac', ['--silent', '--force', ...options, '-o', path, wavPath]);
};

export const writeMp3 = async (
  path: string,
  sound: Sound,
  options: readonly string[] = ['--cbr', '-b', '192'],
): Promise<void> => {
  const wavPath = `${path}.source.tmp`;
  await writeWav(wavPath, sound, 'int16');
  await runProgram('lame', ['--silent', ...options, wavPath, path]);
};
