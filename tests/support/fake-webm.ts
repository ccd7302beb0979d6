/**
 * Stands for WebM in tests of the player: an init segment is a byte, a cluster is its times, a tag
 * that says under which settings it was rendered, and ballast, so that it has a real size.
 */
export type FakeCluster = {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly tag: number;
  /** Which session rendered it, and for which of its epochs. */
  readonly session?: number;
  readonly epoch?: number;
  /** Where it begins in its track; its lead comes earlier. Its own times, where it is not told. */
  readonly trackSeconds?: number;
};

const HEADER_BYTES = 48;
const INIT = 1;
const CLUSTER = 2;

export const encodeInit = (): ArrayBuffer => {
  const view = new DataView(new ArrayBuffer(HEADER_BYTES));
  view.setUint8(0, INIT);
  view.setUint32(4, HEADER_BYTES);
  return view.buffer;
};

export const encodeCluster = (cluster: FakeCluster, byteLength = 12_000): ArrayBuffer => {
  const view = new DataView(new ArrayBuffer(Math.max(HEADER_BYTES, byteLength)));
  view.setUint8(0, CLUSTER);
  view.setUint32(4, view.byteLength);
  view.setFloat64(8, cluster.startSeconds);
  view.setFloat64(16, cluster.endSeconds);
  view.setUint32(24, cluster.tag);
  view.setUint32(28, cluster.session ?? 0);
  view.setUint32(32, cluster.epoch ?? 0);
  view.setFloat64(40, cluster.trackSeconds ?? cluster.startSeconds);
  return view.buffer;
};

/** Throws on anything that is not a sequence of whole init segments and clusters. */
export const decodeSegments = (
  bytes: ArrayBuffer,
): (Required<FakeCluster> & { readonly isInit: boolean })[] => {
  const found = [];
  for (let offset = 0; offset < bytes.byteLength;) {
    const view = new DataView(bytes, offset);
    const type = view.getUint8(0);
    const byteLength = view.getUint32(4);
    if ((type !== INIT && type !== CLUSTER) || offset + byteLength > bytes.byteLength) {
      throw new Error('not a segment');
    }
    const isInit = type === INIT;
    const startSeconds = isInit ? 0 : view.getFloat64(8);
    const endSeconds = isInit ? 0 : view.getFloat64(16);
    const [tag = 0, session = 0, epoch = 0] = isInit
      ? []
      : [24, 28, 32].map((place) => view.getUint32(place));
    const trackSeconds = isInit ? 0 : view.getFloat64(40);
    found.push({ isInit, startSeconds, endSeconds, tag, session, epoch, trackSeconds });
    offset += byteLength;
  }
  return found;
};
