/** One buffer of its own with all of `parts`, in order. Pure. */
export const joinBytes = (
  parts: readonly (ArrayBuffer | Uint8Array)[],
): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part instanceof Uint8Array ? part : new Uint8Array(part), offset);
    offset += part.byteLength;
  }
  return whole;
};
