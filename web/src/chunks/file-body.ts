/** A file that is being rendered, as the body of an answer: a piece when the reader wants one. */
import type { FileRendering } from '../engine/file-rendering';
import { PlayerError } from '../shared/errors';

/** `life`: of the rendering. `ended`: nothing more is made, however it ended. */
export const fileBody = (
  file: Pick<FileRendering, 'pieces'>,
  life: AbortController,
): { readonly stream: ReadableStream<Uint8Array>; readonly ended: Promise<void> } => {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const pieces = file.pieces();
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        // Also where a piece waits that nobody reads. A stream that has ended stays as it is.
        const giveUp = (): void => {
          controller.error(new PlayerError('aborted', 'the file was given up'));
          end();
        };
        life.signal.addEventListener('abort', giveUp, { once: true });
      },
      async pull(controller) {
        try {
          const { value, done } = await pieces.next();
          if (done === true) controller.close();
          else controller.enqueue(new Uint8Array(value.bytes));
          if (done === true) end();
        } catch (error) {
          // The reader's end of it fails: a file that is cut off must not look whole.
          controller.error(error);
          end();
        }
      },
      cancel() {
        life.abort();
        end();
      },
    },
    // One piece is made while another one is read.
    { highWaterMark: 1 },
  );
  return { stream, ended };
};
