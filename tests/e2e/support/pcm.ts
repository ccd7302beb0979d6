/** Stereo sound at 48 kHz as two arrays of one length, full scale 1. */
export type StereoPcm = { readonly left: Float32Array; readonly right: Float32Array };

export const PCM_RATE_HZ = 48_000;

export const frameCountOf = ({ left }: StereoPcm): number => left.length;

export const slicePcm = ({ left, right }: StereoPcm, begin: number, end?: number): StereoPcm => ({
  left: left.subarray(begin, end),
  right: right.subarray(begin, end),
});

const join = (parts: readonly Float32Array[]): Float32Array => {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    joined.set(part, position);
    position += part.length;
  }
  return joined;
};

export const joinPcm = (parts: readonly StereoPcm[]): StereoPcm => ({
  left: join(parts.map(({ left }) => left)),
  right: join(parts.map(({ right }) => right)),
});

export const silentPcm = (frameCount: number): StereoPcm => ({
  left: new Float32Array(frameCount),
  right: new Float32Array(frameCount),
});

/** The inverse of deinterleave(). */
export const interleave = ({ left, right }: StereoPcm): Buffer => {
  const bytes = Buffer.alloc(left.length * 8);
  for (let frame = 0; frame < left.length; frame += 1) {
    bytes.writeFloatLE(left[frame] ?? 0, frame * 8);
    bytes.writeFloatLE(right[frame] ?? 0, frame * 8 + 4);
  }
  return bytes;
};

/** From interleaved 32-bit floats. */
export const deinterleave = (bytes: Buffer): StereoPcm => {
  const frameCount = Math.floor(bytes.length / 8);
  const pcm = silentPcm(frameCount);
  for (let frame = 0; frame < frameCount; frame += 1) {
    pcm.left[frame] = bytes.readFloatLE(frame * 8);
    pcm.right[frame] = bytes.readFloatLE(frame * 8 + 4);
  }
  return pcm;
};
