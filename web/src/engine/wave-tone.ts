/**
 * A WAVE file in memory (Multimedia Programming Interface and Data Specifications 1.0, "RIFF"):
 * stereo, 16 bit, a sawtooth on each side. Made of integers, because
 * it is made while a click may be waiting.
 */
const HEADER_BYTES = 44;
const CHANNELS = 2;
const SAMPLE_BYTES = 2;
const PCM_TAG = 1;

const LEFT_HZ = 220;
const RIGHT_HZ = 331;
const TURN = 0x10000;
/** Brings a turn to -12 dBFS: neither silence nor anything to limit. */
const QUIETER = 2;

/** The sawtooth at one frame; `step` is the part of a turn that a frame takes. */
const sawtooth = (frame: number, step: number): number =>
  (((frame * step) & (TURN - 1)) - TURN / 2) >> QUIETER;

export const waveTone = (durationSeconds: number, rateHz: number): Uint8Array => {
  const frameCount = Math.round(durationSeconds * rateHz);
  const dataBytes = frameCount * CHANNELS * SAMPLE_BYTES;
  const file = new Uint8Array(HEADER_BYTES + dataBytes);
  const view = new DataView(file.buffer);
  const tag = (offset: number, text: string): void => {
    for (let i = 0; i < text.length; i += 1) view.setUint8(offset + i, text.charCodeAt(i));
  };
  tag(0, 'RIFF');
  view.setUint32(4, file.length - 8, true);
  tag(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, PCM_TAG, true);
  view.setUint16(22, CHANNELS, true);
  view.setUint32(24, rateHz, true);
  view.setUint32(28, rateHz * CHANNELS * SAMPLE_BYTES, true);
  view.setUint16(32, CHANNELS * SAMPLE_BYTES, true);
  view.setUint16(34, SAMPLE_BYTES * 8, true);
  tag(36, 'data');
  view.setUint32(40, dataBytes, true);
  const left = Math.round((LEFT_HZ * TURN) / rateHz);
  const right = Math.round((RIGHT_HZ * TURN) / rateHz);
  for (let frame = 0; frame < frameCount; frame += 1) {
    const offset = HEADER_BYTES + frame * CHANNELS * SAMPLE_BYTES;
    view.setInt16(offset, sawtooth(frame, left), true);
    view.setInt16(offset + SAMPLE_BYTES, sawtooth(frame, right), true);
  }
  return file;
};
