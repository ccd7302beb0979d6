/** The body of a file that is made while it is read. */
import { describe, expect, it } from '@jest/globals';
import { fileBody } from '../../../web/src/chunks/file-body';
import type { FilePiece } from '../../../web/src/engine/file-protocol';
import type { Frames } from '../../../web/src/shared/units';

const PIECE: FilePiece = {
  bytes: new ArrayBuffer(4),
  framesDone: 1 as Frames,
  framesTotal: 9 as Frames,
  isTruncated: false,
  patches: null,
};

describe('A file that is given up', () => {
  it('ends, though a piece waits that nobody reads, and does not look whole', async () => {
    let madeCount = 0;
    const life = new AbortController();
    const { stream, ended } = fileBody(
      {
        async *pieces() {
          for (;;) {
            madeCount += 1;
            yield PIECE;
          }
        },
      },
      life,
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(madeCount).toBe(1);
    life.abort();
    await ended;
    await expect(stream.getReader().read()).rejects.toMatchObject({ code: 'aborted' });
    expect(madeCount).toBe(1);
  });
});
