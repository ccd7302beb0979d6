/**
 * A link of a given speed in front of a server on this machine: a TCP proxy that delays what passes
 * and paces what comes back. All connections share its one rate, as they would share a line.
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** How much may leave at once: an Ethernet frame's worth. */
const PIECE_BYTES = 1448;
/** Timers come late; so much is made good, or the line would be slower than it says. */
const LATE_MS = 4;

class SlowLink {
  #link = null;
  #freeAtMs = -Infinity;
  #receivedBytes = 0;

  /** { bitsPerSecond, roundTripMs } or null; for what comes from now on. */
  set(link) {
    this.#link = link;
    this.#freeAtMs = performance.now();
  }

  /** Sent to the browser since the proxy began, headers too. */
  get receivedBytes() {
    return this.#receivedBytes;
  }

  /** A new connection costs a round trip before its first byte passes. */
  get setUpMs() {
    return this.#link?.roundTripMs ?? 0;
  }

  get oneWayMs() {
    return (this.#link?.roundTripMs ?? 0) / 2;
  }

  /** When the last bit of this piece has left the line. */
  leavesAtMs(byteLength) {
    this.#receivedBytes += byteLength;
    const nowMs = performance.now();
    if (!this.#link) return nowMs;
    const beginMs = Math.max(nowMs - LATE_MS, this.#freeAtMs);
    this.#freeAtMs = beginMs + (byteLength * 8000) / this.#link.bitsPerSecond;
    return this.#freeAtMs;
  }
}

const until = (ms) => {
  const waitMs = ms - performance.now();
  return waitMs > 0 ? new Promise((resolve) => setTimeout(resolve, waitMs)) : undefined;
};

/** Upstream is delayed only: requests are small. Pieces keep their order. */
const passUp = async (from, to, openAtMs, link) => {
  for await (const bytes of from) {
    const dueMs = performance.now() + link.oneWayMs;
    await until(Math.max(openAtMs, dueMs));
    if (!to.write(bytes)) await once(to, 'drain');
  }
  to.end();
};

/**
 * What has left the line travels on while the next piece leaves: two loops. Little waits between
 * them, so that a request that is given up takes nothing from the line any more.
 */
const passDown = async (from, to, link) => {
  const travelling = [];
  let wake = null;
  let ended = false;
  const tell = () => wake?.();
  const arrive = async () => {
    for (;;) {
      const next = travelling.shift();
      if (next) {
        await until(next.atMs);
        if (!to.write(next.piece)) await once(to, 'drain');
      } else if (ended) {
        to.end();
        return;
      } else {
        await new Promise((resolve) => (wake = resolve));
      }
    }
  };
  const arriving = arrive();
  arriving.catch(() => undefined); // Told below; a connection may break long before.
  for await (const bytes of from) {
    for (let begin = 0; begin < bytes.length; begin += PIECE_BYTES) {
      if (to.destroyed) return;
      const piece = bytes.subarray(begin, begin + PIECE_BYTES);
      const leftAtMs = link.leavesAtMs(piece.length);
      await until(leftAtMs);
      travelling.push({ piece, atMs: leftAtMs + link.oneWayMs });
      tell();
    }
  }
  ended = true;
  tell();
  await arriving;
};

/** Calls `use` with the address of the proxy in front of `origin`, and with its link. */
export const withSlowLink = async (origin, use) => {
  const { hostname, port } = new URL(origin);
  const link = new SlowLink();
  const sockets = new Set();
  const proxy = createServer({ noDelay: true, highWaterMark: PIECE_BYTES }, (near) => {
    const far = connect({ host: hostname, port: Number(port), noDelay: true });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.once('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
      socket.on('error', () => undefined); // `close` follows.
    }
    const broken = () => near.destroy();
    passUp(near, far, performance.now() + link.setUpMs, link).catch(broken);
    passDown(far, near, link).catch(broken);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  try {
    return await use(`http://127.0.0.1:${proxy.address().port}`, link);
  } finally {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  }
};
