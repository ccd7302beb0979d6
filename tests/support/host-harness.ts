/** An EngineHost and the page's end of its messages, which are cloned and transferred for real. */
import type { EngineModule } from '../../wasm-bindings/engine-module';
import { EngineHost, type EngineHostOptions, type Keeping } from '../../web/src/engine/engine-host';
import type {
  Command,
  EngineEvent,
  EnhancementSettings,
  Response,
  ResultOf,
  WorkerMessage,
} from '../../web/src/engine/engine-protocol';
import { TURN_MS } from '../../web/src/engine/session-pump';
import type { LinkMeter } from '../../web/src/net/link-meter';
import type { ChunkIndex } from '../../web/src/shared/units';

export const ADAPTIVE: EnhancementSettings = {
  enhanced: true,
  preset: 'adaptive',
  intensity: 1,
  level: 'track',
  albumLoudnessLufs: null,
  compare: 'off',
};

type OpenCommand = Extract<Command, { readonly type: 'open' }>;
type EventOf<Name extends EngineEvent['event']> = Extract<EngineEvent, { readonly event: Name }>;

export class HostHarness {
  readonly host: EngineHost;
  readonly messages: WorkerMessage[] = [];
  /** Steps of work so far. */
  turnCount = 0;
  #nextId = 0;
  #nowMs = 0;
  #watchers: { readonly id: number; readonly resolve: (response: Response) => void }[] = [];
  #eventWatchers: (() => void)[] = [];

  constructor(
    loadModule: () => Promise<EngineModule>,
    openSource: EngineHostOptions['openSource'],
    linkTo: (url: string) => LinkMeter | null = () => null,
    keeping: Keeping | null = null,
  ) {
    this.host = new EngineHost({
      loadModule,
      openSource,
      linkTo,
      keeping: () => keeping,
      post: (message, transfer) => this.#receive(structuredClone(message, { transfer })),
      yieldToMessages: () => {
        this.turnCount += 1;
        return new Promise((resolve) => setImmediate(resolve));
      },
      // Every step takes a turn of its own.
      nowMs: () => (this.#nowMs += TURN_MS),
    });
  }

  /** Sends a command; the response, whichever way it goes. */
  call(command: Command): Promise<Response> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#watchers.push({ id, resolve });
      this.host.handle({ id, command });
    });
  }

  open(
    session: number,
    url: string,
    settings = ADAPTIVE,
    firstChunk = 0,
    more: Partial<OpenCommand> = {},
  ): Promise<Response> {
    const first = firstChunk as ChunkIndex;
    return this.call({
      type: 'open',
      session,
      epoch: 0,
      url,
      settings,
      firstChunk: first,
      purpose: 'play',
      rank: 'heard',
      profile: null,
      ...more,
    });
  }

  /** Like open(), but a refusal is an error. */
  async opened(session: number, url: string, settings = ADAPTIVE): Promise<ResultOf['open']> {
    const response = await this.open(session, url, settings);
    if (!response.ok) throw new Error(response.message);
    return response.result as ResultOf['open'];
  }

  render(session: number, epoch: number, chunk: number): Promise<Response> {
    return this.call({ type: 'render', session, epoch, chunk: chunk as ChunkIndex });
  }

  configure(session: number, epoch: number, settings: EnhancementSettings): Promise<Response> {
    return this.call({ type: 'configure', session, epoch, settings });
  }

  events<Name extends EngineEvent['event']>(name: Name): EventOf<Name>[] {
    const isMatch = (message: WorkerMessage): message is EventOf<Name> =>
      'event' in message && message.event === name;
    return this.messages.filter(isMatch);
  }

  /** Resolves as soon as `condition` holds; looked at with each message. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => this.#eventWatchers.push(resolve));
    }
  }

  /** The bytes of one chunk that arrived for `epoch`, one cluster after another. */
  chunkBytes(session: number, epoch: number, chunk: number): Buffer {
    const clusters = this.events('cluster').filter(
      (event) =>
        event.session === session && event.epoch === epoch && event.cluster.chunk === chunk,
    );
    return Buffer.concat(clusters.map(({ cluster }) => Buffer.from(cluster.bytes)));
  }

  #receive(message: WorkerMessage): void {
    this.messages.push(message);
    if (!('event' in message)) {
      this.#watchers.find(({ id }) => id === message.id)?.resolve(message);
      this.#watchers = this.#watchers.filter(({ id }) => id !== message.id);
    }
    const watchers = this.#eventWatchers;
    this.#eventWatchers = [];
    for (const look of watchers) look();
  }
}
