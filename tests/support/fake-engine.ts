/**
 * The worker's side of the protocol in virtual time: renders clusters one after another at a given
 * speed, drops what belongs to an older epoch, and notes what it was asked.
 */
import type { OpenPort, PortListeners, SessionEvent } from '../../web/src/engine/engine-client';
import {
  COMPARES,
  LEVELS,
  NO_PROGRESS,
  STAGES,
  type Command,
  type EngineEvent,
  type EnhancementSettings,
  type PlanSummary,
  type Request,
  type ResultOf,
  type TrackInfo,
} from '../../web/src/engine/engine-protocol';
import type { ErrorCode } from '../../web/src/shared/errors';
import type { ChunkIndex, Frames } from '../../web/src/shared/units';
import { encodeCluster, encodeInit } from './fake-webm';
import type { SimClock } from './sim-clock';

const RATE_HZ = 48_000;
const CLUSTER_FRAMES = 24_000;
const CLUSTERS_PER_CHUNK = 4;
/** Of the track in one piece of a file: 30 s. */
const FILE_PIECE_FRAMES = 30 * RATE_HZ;
/** What stands at the file's begin in the end. */
export const FILE_PATCH = 255;

export type FakeEngineOptions = {
  /** What the headers say; of all tracks, or by the track's address. */
  readonly durationSeconds: number | ((url: string) => number);
  /** What is there, when the file ends before that. */
  readonly actualSeconds?: number | ((url: string) => number);
  /** How long one message takes from one side to the other. */
  readonly latencyMs: () => number;
  /** How long the rendering of one cluster of 0.5 s takes. */
  readonly clusterMs: () => number;
  readonly clusterBytes?: number;
  /** What measuring finds, by the track's address; NaN: the file is damaged. Without it no track
   *  has a plan. */
  readonly loudnessLufs?: (url: string) => number;
  /** How long that takes, and the rest behind a provisional plan. */
  readonly measureMs?: number;
  /** The link is slow: plans are provisional until `takeOver`, and so is what is rendered. */
  readonly isSlowLink?: boolean;
};

export const fakePlan = (change: Partial<PlanSummary> = {}): PlanSummary => ({
  loudnessLufs: -18.2,
  truePeakDbtp: -1,
  targetLufs: -14,
  reachedLufs: -14,
  shortfallLu: 0,
  limitedBy: 'none',
  limiterReductionDb: 2.1,
  restrained: false,
  toneDb: new Array<number>(29).fill(0),
  profile: '{}',
  ...change,
});

type Job = { readonly id: number | null; readonly epoch: number; readonly chunk: number };
type Session = {
  /** What the headers say, and what is there. */
  readonly durationSeconds: number;
  readonly actualSeconds: number;
  epoch: number;
  settings: EnhancementSettings;
  queue: Job[];
  busy: boolean;
  readonly onlyMeasures: boolean;
  /** Frames of the track before in its first packets. */
  carriedFrames: number;
  /** From this frame on sound follows the final plan. */
  finalFrom: number;
};

/** Names the settings, so that it can be seen which ones a piece of sound was rendered with. */
export const settingsTag = (settings: EnhancementSettings): number => {
  const { enhanced, preset, intensity, level, albumLoudnessLufs, compare } = settings;
  const flags = (enhanced ? 1 : 0) + 2 * LEVELS.indexOf(level) + 6 * COMPARES.indexOf(compare);
  const album = Math.round(-(albumLoudnessLufs ?? 0));
  return (
    album * 20_000_000 +
    flags * 1_000_000 +
    preset.charCodeAt(0) * 1_000 +
    Math.round(intensity * 100)
  );
};

/** Added to the tag of what was rendered after a provisional plan. */
export const PROVISIONAL_TAG = 500;

/** The limiter takes as many decibels as the number of the cluster says; nothing else happens. */
const fakeTrace = (cluster: number): Float32Array =>
  Float32Array.from({ length: 25 * STAGES.length }, (_, index) =>
    index % STAGES.length === STAGES.indexOf('limiter') ? -cluster : 0,
  );

export class FakeEngine {
  readonly #clock: SimClock;
  readonly #options: FakeEngineOptions;
  readonly #sessions = new Map<number, Session>();
  #listeners: PortListeners | null = null;
  #lastDueMs = 0;
  readonly commands: Command[] = [];
  /** Of each session, as the page has told it last; Infinity: it is closed. */
  readonly newestEpochs = new Map<number, number>();
  /** The most renders of the newest epoch that ever waited together. */
  mostInFlight = 0;
  opened = 0;
  terminated = 0;
  /** Commands of this type are refused. */
  refuse: { readonly type: Command['type']; code: ErrorCode; message: string } | null = null;
  /** Tracks that cannot be opened, by their addresses. */
  readonly broken = new Map<string, { readonly code: ErrorCode; readonly message: string }>();
  /** What it answers when asked how far it is. */
  progress: ResultOf['progress'] = NO_PROGRESS;
  /** By session: frames that the file has so far. */
  /** In frames; `all`: as the headers say. */
  readonly #files = new Map<number, { done: number; total: number; all: number }>();
  /** Clusters are not sent while true; they come when it is false again. */
  isStopped = false;

  constructor(clock: SimClock, options: FakeEngineOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  readonly openPort: OpenPort = (listeners) => {
    this.#listeners = listeners;
    this.opened += 1;
    return {
      post: (request) => {
        if ('question' in request) throw new Error('this engine has no store');
        const { command } = request;
        if ('epoch' in command) this.newestEpochs.set(command.session, command.epoch);
        if (command.type === 'close') this.newestEpochs.set(command.session, Infinity);
        this.#later(() => this.#handle(request));
      },
      terminate: () => {
        this.terminated += 1;
        this.#listeners = null;
      },
    };
  };

  crash(reason: string): void {
    this.#sessions.clear();
    this.#listeners?.onCrash(reason);
  }

  tell(event: EngineEvent): void {
    this.#later(() => this.#listeners?.onMessage(event));
  }

  /** Commands of one type, in order. */
  commandsOf<Type extends Command['type']>(type: Type): Extract<Command, { type: Type }>[] {
    return this.commands.filter(
      (command): command is Extract<Command, { type: Type }> => command.type === type,
    );
  }

  #secondsOf(url: string): Pick<Session, 'durationSeconds' | 'actualSeconds'> {
    const { durationSeconds: said, actualSeconds: there = said } = this.#options;
    const [durationSeconds, actualSeconds] = [said, there].map((seconds) =>
      typeof seconds === 'number' ? seconds : seconds(url),
    ) as [number, number];
    return { durationSeconds, actualSeconds };
  }

  #clusterCount({
    actualSeconds,
    carriedFrames,
  }: Pick<Session, 'actualSeconds' | 'carriedFrames'>): number {
    return Math.ceil((actualSeconds * RATE_HZ + carriedFrames) / CLUSTER_FRAMES);
  }

  /** As engine/session/carry.h: what the last packet needs of the next track is carried, too. */
  #carry(session: Session, from: number | null): ResultOf['carry'] {
    const before = from === null ? undefined : this.#sessions.get(from);
    const frames =
      Math.round((before?.actualSeconds ?? 0) * RATE_HZ) + (before?.carriedFrames ?? 0);
    const packetCount = Math.floor((frames - 312) / 960);
    session.carriedFrames = before ? frames - packetCount * 960 : 0;
    return before ? { packetCount, frameCount: session.carriedFrames as Frames } : null;
  }

  /** Messages may be slow, but they do not overtake one another. */
  #later(action: () => void): void {
    const nowMs = this.#clock.nowMs();
    this.#lastDueMs = Math.max(this.#lastDueMs, nowMs + this.#options.latencyMs());
    this.#clock.setTimeout(action, this.#lastDueMs - nowMs);
  }

  #answer(id: number, result: ResultOf[keyof ResultOf]): void {
    const listeners = this.#listeners;
    this.#later(() => listeners?.onMessage({ id, ok: true, result }));
  }

  #handle({ id, command }: Request): void {
    this.commands.push(command);
    const listeners = this.#listeners;
    const broken = command.type === 'open' ? this.broken.get(command.url) : undefined;
    const refusal = this.refuse?.type === command.type ? this.refuse : broken;
    if (refusal) {
      const { code, message } = refusal;
      this.#later(() => listeners?.onMessage({ id, ok: false, code, detail: null, message }));
      return;
    }
    if (command.type === 'open') {
      const { epoch, settings, firstChunk } = command;
      const queue: Job[] = firstChunk === null ? [] : [{ id: null, epoch, chunk: firstChunk }];
      const onlyMeasures = command.purpose === 'measure';
      const session: Session = {
        ...this.#secondsOf(command.url),
        epoch,
        settings,
        queue,
        busy: false,
        onlyMeasures,
        carriedFrames: 0,
        finalFrom: this.#options.isSlowLink === true ? Infinity : 0,
      };
      this.#sessions.set(command.session, session);
      this.#answer(id, { track: this.#track(session), initSegment: encodeInit(), carry: null });
      this.#measure(command);
      if (!onlyMeasures) this.#work(command.session);
      return;
    }
    if (command.type === 'openFile') {
      const sound = { ...this.#secondsOf(command.url), carriedFrames: 0 };
      this.#files.set(command.session, {
        done: 0,
        total: sound.actualSeconds * RATE_HZ,
        all: sound.durationSeconds * RATE_HZ,
      });
      this.#answer(id, this.#track(sound));
      return;
    }
    if (command.type === 'pull') {
      this.#pull(id, command.session);
      return;
    }
    const session = this.#sessions.get(command.session);
    if (command.type === 'close' || !session) {
      this.#files.delete(command.session);
      this.#sessions.delete(command.session);
      this.#answer(id, null);
      return;
    }
    if (command.type === 'progress') {
      this.#answer(id, this.progress);
      return;
    }
    if (command.type === 'rank') {
      this.#answer(id, null);
      return;
    }
    if (command.type === 'carry') {
      this.#answer(id, this.#carry(session, command.from));
      return;
    }
    if (command.type === 'measure') {
      this.#answer(id, null);
      const event = { event: 'measured', session: command.session } as const;
      this.#clock.setTimeout(() => this.tell(event), this.#options.measureMs ?? 200);
      return;
    }
    if (command.epoch > session.epoch) this.#supersede(session, command.epoch);
    if (command.type === 'configure') {
      session.settings = command.settings;
      this.#answer(id, null);
      return;
    }
    if (command.type === 'takeOver') {
      session.finalFrom = command.fromFrame ?? 0;
      const plan = fakePlan({ profile: 'final' });
      this.tell({ event: 'plan', session: command.session, provisional: false, plan });
      this.#answer(id, null);
      return;
    }
    session.queue.push({ id, epoch: command.epoch, chunk: command.chunk });
    if (session.onlyMeasures) return;
    this.mostInFlight = Math.max(this.mostInFlight, session.queue.length);
    this.#work(command.session);
  }

  /** With a profile at once, else after a while. A session that only measures is done then. */
  #measure({ session: number, url, profile, purpose }: Extract<Command, { type: 'open' }>): void {
    const { loudnessLufs, measureMs = 200 } = this.#options;
    if (!loudnessLufs) return;
    const tellPlan = (): void => {
      const session = this.#sessions.get(number);
      if (!session) return;
      const measured = loudnessLufs(url);
      if (Number.isNaN(measured)) {
        this.#failRenders(session);
        return;
      }
      const provisional = session.finalFrom > 0;
      const known = provisional ? '' : `profile of ${url}`;
      const plan = fakePlan({ loudnessLufs: measured, profile: known });
      this.tell({ event: 'plan', session: number, provisional, plan });
      if (purpose === 'measure') this.#supersede(session, session.epoch);
    };
    // A provisional plan needs next to nothing.
    const isQuick = profile !== null || this.#options.isSlowLink === true;
    this.#clock.setTimeout(tellPlan, isQuick ? 0 : measureMs);
  }

  /** A byte for each second; the first one is set right in the end. */
  #pull(id: number, session: number): void {
    const file = this.#files.get(session);
    if (!file) return;
    const frames = Math.min(FILE_PIECE_FRAMES, file.total - file.done);
    file.done += frames;
    const bytes = new Uint8Array(Math.ceil(frames / RATE_HZ)).fill(file.done / RATE_HZ).buffer;
    const isLast = file.done >= file.total;
    const patches = isLast ? [{ offset: 0, bytes: new Uint8Array([FILE_PATCH]).buffer }] : null;
    const [framesDone, framesTotal] = [file.done, file.all] as [Frames, Frames];
    const isTruncated = isLast && file.total < file.all;
    this.#clock.setTimeout(
      () => this.#answer(id, { bytes, framesDone, framesTotal, patches, isTruncated }),
      this.#options.clusterMs(),
    );
  }

  #failRenders({ queue }: Session): void {
    const listeners = this.#listeners;
    for (const { id } of queue.splice(0)) {
      if (id === null) continue;
      const refusal = {
        id,
        ok: false,
        code: 'corrupt',
        detail: null,
        message: 'frame 3 is damaged',
      } as const;
      this.#later(() => listeners?.onMessage(refusal));
    }
  }

  #supersede(session: Session, epoch: number): void {
    session.epoch = epoch;
    for (const { id } of session.queue.splice(0)) {
      if (id !== null) this.#answer(id, { ended: false, superseded: true });
    }
  }

  #work(number: number): void {
    const session = this.#sessions.get(number);
    const job = session?.queue[0];
    if (!session || !job || session.busy) return;
    const first = job.chunk * CLUSTERS_PER_CHUNK;
    const clusterCount = this.#clusterCount(session);
    const last = Math.min(first + CLUSTERS_PER_CHUNK, clusterCount);
    session.busy = true;
    const settings = session.settings;
    const renderFrom = (cluster: number): void => {
      if (session.queue[0] !== job || this.#sessions.get(number) !== session) {
        session.busy = false;
        this.#work(number);
        return;
      }
      if (cluster >= last) {
        session.busy = false;
        session.queue.shift();
        const ended = first >= clusterCount;
        if (job.id !== null) this.#answer(job.id, { ended, superseded: false });
        else if (ended) this.tell(truncated(number, session));
        this.#work(number);
        return;
      }
      if (this.isStopped) {
        this.#clock.setTimeout(() => renderFrom(cluster), 20);
        return;
      }
      this.#clock.setTimeout(() => {
        if (session.queue[0] === job && this.#sessions.get(number) === session) {
          this.#sendCluster({ number, session }, job, cluster, settings);
        }
        renderFrom(cluster + 1);
      }, this.#options.clusterMs());
    };
    renderFrom(first);
  }

  #sendCluster(
    { number, session }: { readonly number: number; readonly session: Session },
    job: Job,
    index: number,
    settings: EnhancementSettings,
  ): void {
    const startSeconds = (index * CLUSTER_FRAMES) / RATE_HZ;
    // The last packet is padded to its 20 ms, as by a real encoder.
    const { carriedFrames, actualSeconds, finalFrom } = session;
    const allSeconds = actualSeconds + carriedFrames / RATE_HZ;
    const exactEnd = Math.min(startSeconds + 0.5, allSeconds);
    const endSeconds = Math.ceil(exactEnd / 0.02 - 1e-6) * 0.02;
    const isFinal = index * CLUSTER_FRAMES >= finalFrom;
    const tag = settingsTag(settings) + (isFinal ? 0 : PROVISIONAL_TAG);
    const indexInChunk = index % CLUSTERS_PER_CHUNK;
    const lastOfTrack = index === this.#clusterCount(session) - 1;
    const trackSeconds = startSeconds - carriedFrames / RATE_HZ;
    const made = { tag, session: number, epoch: job.epoch };
    const led = { ...made, startSeconds: 0, endSeconds: endSeconds + 0.02, trackSeconds: -0.02 };
    this.tell({
      event: 'cluster',
      session: number,
      epoch: job.epoch,
      cluster: {
        chunk: job.chunk as ChunkIndex,
        indexInChunk,
        start: (index * CLUSTER_FRAMES - carriedFrames) as Frames,
        frameCount: Math.round((exactEnd - startSeconds) * RATE_HZ) as Frames,
        lastOfChunk: indexInChunk === CLUSTERS_PER_CHUNK - 1 || lastOfTrack,
        lastOfTrack,
        bytes: encodeCluster(
          { ...made, startSeconds, endSeconds, trackSeconds },
          this.#options.clusterBytes,
        ),
        lead: index === 0 ? encodeCluster(led, this.#options.clusterBytes) : null,
        stageGainsDb: fakeTrace(index),
      },
    });
  }

  #track(session: Pick<Session, 'durationSeconds' | 'actualSeconds' | 'carriedFrames'>): TrackInfo {
    return {
      container: 'flac',
      codec: 'flac',
      sampleRateHz: 44_100,
      channels: 2,
      bitsPerSample: 16,
      frameCount: Math.round(session.durationSeconds * RATE_HZ) as Frames,
      chunkCount: Math.ceil(this.#clusterCount(session) / CLUSTERS_PER_CHUNK),
      chunkFrames: (CLUSTER_FRAMES * CLUSTERS_PER_CHUNK) as Frames,
      clusterFrames: CLUSTER_FRAMES as Frames,
      title: 'Title',
      artist: 'Artist',
      album: 'Album',
      warnings: [],
    };
  }
}

/** The chunk that comes with `open` has no answer that could say that the file ends before it. */
const truncated = (session: number, { actualSeconds }: Session): SessionEvent => ({
  event: 'truncated',
  session,
  frameCount: Math.round(actualSeconds * RATE_HZ) as Frames,
});
