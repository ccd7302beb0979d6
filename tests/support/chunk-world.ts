/** ChunkAnswers with the engine as it ships, on files in memory. */
import { EngineHost } from '../../web/src/engine/engine-host';
import { EngineClient } from '../../web/src/engine/engine-client';
import type { Command } from '../../web/src/engine/engine-protocol';
import { ChunkAnswers } from '../../web/src/chunks/chunk-answers';
import { hostPort } from '../../web/src/chunks/host-port';
import type { ByteSource } from '../../web/src/net/byte-source';
import { PlayerError } from '../../web/src/shared/errors';
import { MessageYield } from '../../web/src/engine/yield-to-messages';
import { MemorySource } from './memory-source';
import { loadRealEngine } from './real-engine';

type OnNetwork = (attempt: number, message: string) => void;

const ORIGIN = 'https://music.example';

export class ChunkWorld {
  readonly files = new Map<string, Uint8Array>();
  /** In the order of their opening. */
  readonly sources: MemorySource[] = [];
  readonly commands: Command[] = [];
  /** That the engine has made; held by nobody here. */
  readonly clusters: WeakRef<ArrayBuffer>[] = [];
  /** Called in front of each read of a file. `tell`: what goes wrong with the network. */
  before: (tell: OnNetwork) => Promise<void> = () => Promise.resolve();
  /** What waits for its time: ends of idle tracks, and of the events of files. */
  readonly timers = new Set<() => void>();
  /** What goes on behind the answers. */
  readonly behind: Promise<unknown>[] = [];
  readonly #answers: ChunkAnswers;
  readonly #yield = new MessageYield();

  constructor(outlivesEvents = true) {
    const openPort = hostPort((post) => {
      const host = new EngineHost({
        loadModule: loadRealEngine,
        openSource: (url, onNetwork) => this.#open(url, onNetwork),
        keeping: () => null,
        linkTo: () => null,
        post: (message, transfer) => {
          if ('event' in message && message.event === 'cluster') {
            this.clusters.push(new WeakRef(message.cluster.bytes));
          }
          post(message, transfer);
        },
        yieldToMessages: () => this.#yield.wait(),
        nowMs: () => performance.now(),
      });
      return {
        handle: (request) => {
          this.commands.push(request.command);
          host.handle(request);
        },
      };
    });
    this.#answers = new ChunkAnswers({
      client: new EngineClient(openPort),
      clock: {
        after: (_, action) => {
          this.timers.add(action);
          return () => this.timers.delete(action);
        },
      },
      outlivesEvents,
      digest: (bytes) => crypto.subtle.digest('SHA-256', bytes),
    });
  }

  ask(rest: string, init: RequestInit = {}): Promise<Response> {
    const request = new Request(`${ORIGIN}/api/player/stream_chunk/${rest}`, init);
    return this.#answers.answer(request, (work) => this.behind.push(work));
  }

  commandsOf<Type extends Command['type']>(type: Type): Extract<Command, { type: Type }>[] {
    return this.commands.filter(
      (command): command is Extract<Command, { type: Type }> => command.type === type,
    );
  }

  /** Sources that were opened and not closed. */
  get openCount(): number {
    return this.sources.filter(({ closed }) => !closed).length;
  }

  stop(): void {
    this.#yield.close();
  }

  #open(url: string, onNetwork: OnNetwork): ByteSource {
    const id = url.split('/').at(-1) ?? '';
    const file = this.files.get(id);
    if (file === undefined) return new LostSource(id === 'away' ? onNetwork : null);
    const source = new MemorySource(file, { before: () => this.before(onNetwork) });
    this.sources.push(source);
    return source;
  }
}

/** Of a file that is not there, or of a server that is not. */
class LostSource extends MemorySource {
  readonly #onNetwork: OnNetwork | null;

  constructor(onNetwork: OnNetwork | null) {
    super(new Uint8Array());
    this.#onNetwork = onNetwork;
  }

  override size(): Promise<number> {
    const onNetwork = this.#onNetwork;
    if (onNetwork === null) return Promise.reject(new PlayerError('gone', 'it is not there'));
    for (let attempt = 1; attempt < 9; attempt += 1) {
      setTimeout(() => onNetwork(attempt, 'connecting again'), attempt);
    }
    return new Promise(() => undefined);
  }
}
