/** Answers requests for enhanced sound: see chunk-address.ts for what they can ask. */
import type { EngineClient } from '../engine/engine-client';
import { FileRendering } from '../engine/file-rendering';
import type { TrackInfo } from '../engine/engine-protocol';
import type { Clock } from '../net/clock';
import type { AnswerChunks } from '../shared/chunk-script';
import { fileName } from '../shared/file-name';
import { hex } from '../shared/hex';
import { joinBytes } from '../shared/join-bytes';
import { CODECS, MIME_TYPE } from '../shared/output-type';
import { streamUrlOf } from '../shared/player-addresses';
import { OUTPUT_RATE_HZ } from '../shared/units';
import { settingsKey } from '../store/keys';
import { readChunkAddress, type ChunkAddress } from './chunk-address';
import { fileBody } from './file-body';
import { ProblemError, SAFE, problemOf, problemResponse, serverAway } from './problem';
import { SharedWork } from './shared-work';
import { NETWORK_ATTEMPT_MAX } from './track-line';
import { TrackLines } from './track-lines';

const SOUND_TYPE = `${MIME_TYPE}; codecs="${CODECS}"`;
const CHANNELS = 2;
/** Kept by whoever asks, and asked for again each time: the file may be another one. */
const CACHING = 'private, no-cache';
/** Each has an encoder of its own that runs all the time. */
export const FILE_COUNT_MAX = 2;
/**
 * So long a file holds the event that asked for it. Chromium ends a service worker whose event has
 * lasted five minutes, whatever it does; without an event, a body that is written keeps it awake.
 */
const LET_GO_MS = 270_000;
/** Firefox ends one a minute after its last event at the latest, and then the body looks whole. */
const FAIL_MS = 50_000;
/** 64 bits of a hash. */
const TAG_BYTES = 8;

export type ChunkAnswersOptions = {
  readonly client: EngineClient;
  readonly clock: Pick<Clock, 'after'>;
  /** A body that is written keeps this browser's service worker awake. */
  readonly outlivesEvents: boolean;
  readonly digest: (bytes: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer>;
};

type TypedBytes = readonly [bytes: Uint8Array<ArrayBuffer>, mediaType: string];
type Headers = Readonly<Record<string, string>>;

export class ChunkAnswers {
  readonly #options: ChunkAnswersOptions;
  readonly #lines: TrackLines;
  readonly #works = new SharedWork<TypedBytes>();
  #fileCount = 0;

  constructor(options: ChunkAnswersOptions) {
    this.#options = options;
    this.#lines = new TrackLines(options.client, options.clock);
  }

  readonly answer: AnswerChunks = async (request, waitUntil) => {
    try {
      const address = readChunkAddress(new URL(request.url));
      if (address.part === 'full') return await this.#file(address, request, waitUntil);
      const key = [address.track, partOf(address), settingsKey(address.settings)].join('/');
      const [bytes, type] = await this.#works.do(key, request.signal, (signal) =>
        this.#bytesOf(address, signal),
      );
      return await this.#whole(bytes, type, request);
    } catch (error) {
      const problem = problemOf(error);
      return problem === null ? Response.error() : problemResponse(problem);
    }
  };

  async #bytesOf(
    address: Exclude<ChunkAddress, { readonly part: 'full' }>,
    signal: AbortSignal,
  ): Promise<TypedBytes> {
    const { settings } = address;
    return this.#lines.with(
      streamUrlOf(address.track),
      signal,
      async (line): Promise<TypedBytes> => {
        if (address.part === 'chunk') {
          return [joinBytes(await line.chunk(address.index, settings, signal)), SOUND_TYPE];
        }
        const { track, initSegment } = await line.open(settings, signal);
        if (address.part === 'init') return [new Uint8Array(initSegment), SOUND_TYPE];
        const json = JSON.stringify(metadataOf(track));
        return [new TextEncoder().encode(json), 'application/json; charset=utf-8'];
      },
    );
  }

  /** Equal bytes have equal tags, whatever they were made of. */
  async #whole(
    bytes: Uint8Array<ArrayBuffer>,
    type: string,
    { method, headers: asked }: Request,
  ): Promise<Response> {
    const hash = new Uint8Array(await this.#options.digest(bytes)).subarray(0, TAG_BYTES);
    const headers = { 'Cache-Control': CACHING, ETag: `"${hex(hash)}"` };
    if (isNamed(headers.ETag, asked.get('If-None-Match'))) {
      return new Response(null, { status: 304, headers });
    }
    return new Response(method === 'HEAD' ? null : bytes, {
      headers: {
        ...headers,
        'Content-Type': type,
        'Content-Length': String(bytes.length),
        'Accept-Ranges': 'none',
        ...SAFE,
      },
    });
  }

  async #file(
    { track: id, settings }: ChunkAddress,
    { method, signal: asker }: Request,
    waitUntil: (work: Promise<unknown>) => void,
  ): Promise<Response> {
    if (this.#fileCount >= FILE_COUNT_MAX) throw tooManyFiles();
    const life = new AbortController();
    asker.addEventListener('abort', () => life.abort(), { once: true });
    const server = { isAway: false, hasAnswered: false };
    this.#fileCount += 1;
    const end = (): void => void (this.#fileCount -= 1);
    try {
      const wish = { url: streamUrlOf(id), settings };
      const file = await FileRendering.open(this.#options.client, wish, life.signal, (event) => {
        // What was begun is not thrown away: then the reader waits as long as the source tries.
        if (server.hasAnswered || event.event !== 'network') return;
        server.isAway ||= event.attempt >= NETWORK_ATTEMPT_MAX;
        if (server.isAway) life.abort();
      });
      server.hasAnswered = true;
      const headers = headersOf(file.track);
      if (method === 'HEAD') {
        life.abort();
        end();
        return new Response(null, { headers });
      }
      const { stream, ended } = fileBody(file, life);
      waitUntil(this.#forAWhile(ended.then(end), life));
      return new Response(stream, { headers });
    } catch (error) {
      end();
      throw server.isAway ? serverAway() : error;
    }
  }

  async #forAWhile(work: Promise<void>, life: AbortController): Promise<void> {
    const { clock, outlivesEvents } = this.#options;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(outlivesEvents ? LET_GO_MS : FAIL_MS, () => {
        // The browser would soon cut it off so that it looks whole.
        if (!outlivesEvents) life.abort();
        resolve();
      });
      void work.then(() => {
        cancel();
        resolve();
      });
    });
  }
}

const partOf = (address: ChunkAddress): string =>
  address.part === 'chunk' ? String(address.index) : address.part;

/** RFC 8187 section 3.2.1: attr-char and percent-encoded bytes. */
const extendedValue = (text: string): string =>
  encodeURIComponent(text).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);

const headersOf = (track: TrackInfo): Headers => ({
  'Content-Type': SOUND_TYPE,
  'Cache-Control': CACHING,
  'Content-Disposition': `inline; filename*=UTF-8''${extendedValue(fileName(track))}`,
  'Accept-Ranges': 'none',
  ...SAFE,
});

/** Of the sound as it is handed out, not of the file that it is made of; seconds. */
const metadataOf = ({ frameCount, chunkFrames, chunkCount }: TrackInfo) => ({
  duration: frameCount / OUTPUT_RATE_HZ,
  sample_rate: OUTPUT_RATE_HZ,
  channels: CHANNELS,
  chunk_duration: chunkFrames / OUTPUT_RATE_HZ,
  total_chunks: chunkCount,
  mime_type: MIME_TYPE,
  codecs: CODECS,
});

/** RFC 9110 section 13.1.2: by the weak comparison. */
const isNamed = (etag: string, ifNoneMatch: string | null): boolean =>
  ifNoneMatch?.split(',').some((tag) => [etag, `W/${etag}`, '*'].includes(tag.trim())) ?? false;

const tooManyFiles = (): ProblemError =>
  new ProblemError(503, 'too_many_files', 'Other files are being made; ask again in a while.');
