/** Runs a program to its end, within a time limit: its output, or an error that quotes it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const OUTPUT_BYTES_MAX = 512 << 20;

export const runProgram = async (
  program: string,
  options: readonly string[],
  timeoutMs = 60_000,
): Promise<Buffer> => {
  const { stdout } = await execute(program, options, {
    encoding: 'buffer',
    maxBuffer: OUTPUT_BYTES_MAX,
    timeout: timeoutMs,
  });
  return stdout;
};
