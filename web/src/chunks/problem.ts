/** Why there is no sound, in the form of the server's own errors. Pure. */
import { assertNever, PlayerError } from '../shared/errors';

export type Problem = {
  readonly status: number;
  readonly code: string;
  /** For a person. */
  readonly message: string;
};

/** What was asked for cannot be given, and whoever asks again in the same way gets the same. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.problem = { status, code, message };
  }
}

/** By whoever has asked. */
export class GivenUpError extends PlayerError {
  constructor() {
    super('aborted', 'nobody waits for it any more');
  }
}

/** Of every answer: nobody guesses its type, or reads it from another origin. */
export const SAFE: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** What the server does not answer for a while is asked for again by whoever wants it. */
const RETRY_AFTER_SECONDS = 2;

const sentence = (words: string): string =>
  `${words.charAt(0).toUpperCase()}${words.slice(1)}${words.endsWith('.') ? '' : '.'}`;

/** Null: nobody waits for an answer. */
export const problemOf = (error: unknown): Problem | null => {
  if (error instanceof ProblemError) return error.problem;
  if (!(error instanceof PlayerError)) {
    return { status: 500, code: 'internal', message: 'The sound could not be made.' };
  }
  const { code, detail } = error;
  const message = sentence(error.message);
  switch (code) {
    case 'aborted':
      return null;
    case 'gone':
    case 'closed':
      return { status: 404, code: 'not_found', message };
    case 'unsupported':
    case 'corrupt':
      return { status: 422, code: detail ?? code, message };
    case 'network':
    case 'replaced':
      return { status: 502, code: 'bad_gateway', message };
    case 'quota':
    case 'internal':
      return { status: 500, code: 'internal', message };
    default:
      return assertNever(code);
  }
};

/** The file cannot be had now, and what was asked for is not kept. */
export const serverAway = (): ProblemError =>
  new ProblemError(
    504,
    'server_away',
    'The server does not answer, and this sound is not kept on this device.',
  );

export const problemResponse = ({ status, code, message }: Problem): Response =>
  new Response(JSON.stringify({ error: { code, message } }), {
    status,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
      ...SAFE,
      ...(status === 503 || status === 504 ? { 'Retry-After': String(RETRY_AFTER_SECONDS) } : {}),
    },
  });
