import { describe, expect, it } from '@jest/globals';
import {
  EngineClient,
  PENDING_COUNT_MAX,
  type PortListeners,
} from '../../../web/src/engine/engine-client';
import type { Cluster, EngineEvent, Request } from '../../../web/src/engine/engine-protocol';
import type { StoreRequest } from '../../../web/src/engine/store-questions';
import type { ChunkIndex, Frames } from '../../../web/src/shared/units';
import { ADAPTIVE } from '../../support/host-harness';

type FakePort = PortListeners & {
  readonly sent: Request[];
  readonly asked: StoreRequest[];
  terminated: boolean;
};

const setUp = (): { client: EngineClient; ports: FakePort[] } => {
  const ports: FakePort[] = [];
  const client = new EngineClient((listeners) => {
    const port: FakePort = { ...listeners, sent: [], asked: [], terminated: false };
    ports.push(port);
    return {
      post: (message) => {
        if ('command' in message) port.sent.push(message);
        else port.asked.push(message);
      },
      terminate: () => {
        port.terminated = true;
      },
    };
  });
  return { client, ports };
};

const portOf = (ports: readonly FakePort[], index = 0): FakePort => {
  const port = ports[index];
  if (!port) throw new Error('no worker was started');
  return port;
};

const chunk = 0 as ChunkIndex;
const render = (session: number, epoch: number) =>
  ({ type: 'render', session, epoch, chunk }) as const;

const clusterEvent = (session: number, epoch: number): EngineEvent => {
  const cluster: Cluster = {
    chunk,
    indexInChunk: 0,
    start: 0 as Frames,
    frameCount: 24_000 as Frames,
    lastOfChunk: false,
    lastOfTrack: false,
    bytes: new ArrayBuffer(4),
    lead: null,
    stageGainsDb: new Float32Array(0),
  };
  return { event: 'cluster', session, epoch, cluster };
};

describe('EngineClient', () => {
  it('asks of the store without a session, and is answered', async () => {
    const { client, ports } = setUp();
    const question = { type: 'listWhole', settings: ADAPTIVE } as const;
    const first = client.ask(question);
    const second = client.ask(question);
    const port = portOf(ports);
    expect(port.asked.map(({ question: asked }) => asked)).toEqual([question, question]);
    const [id = -1, otherId = -1] = port.asked.map((request) => request.id);
    port.onMessage({ id: otherId, ok: true, result: ['b'] });
    port.onMessage({ id, ok: true, result: ['a'] });
    expect(await Promise.all([first, second])).toEqual([['a'], ['b']]);
    const third = client.ask(question);
    client.dispose();
    await expect(third).rejects.toMatchObject({ code: 'aborted' });
    await expect(client.ask(question)).rejects.toMatchObject({ code: 'aborted' });
  });

  it('starts the worker when it is warmed up or needed, once', () => {
    const { client, ports } = setUp();
    expect(ports).toHaveLength(0);
    client.warmUp();
    const session = client.createSession(() => undefined);
    void client.call(render(session, 0));
    expect(ports).toHaveLength(1);
  });

  it('gives up a worker that answers nothing, and starts a new one', async () => {
    const { client, ports } = setUp();
    const told: string[] = [];
    const session = client.createSession(({ event }) => told.push(event));
    const outcomes: string[] = [];
    for (let count = 0; count < PENDING_COUNT_MAX; count += 1) {
      client.call(render(session, 0)).catch(({ code }: { code: string }) => outcomes.push(code));
    }
    expect(portOf(ports).sent).toHaveLength(PENDING_COUNT_MAX);
    await expect(client.call(render(session, 0))).rejects.toMatchObject({ code: 'internal' });
    expect(outcomes).toEqual(new Array<string>(PENDING_COUNT_MAX).fill('internal'));
    expect(told).toEqual(['failed']);
    expect(portOf(ports).terminated).toBe(true);
    void client.call(
      render(
        client.createSession(() => undefined),
        0,
      ),
    );
    expect(ports).toHaveLength(2);
  });

  it('settles each call by its id, in whatever order the answers come', async () => {
    const { client, ports } = setUp();
    const session = client.createSession(() => undefined);
    const first = client.call<'render'>(render(session, 0));
    const second = client.call<'render'>(render(session, 0)).catch((error: unknown) => error);
    const port = portOf(ports);
    expect(port.sent.map(({ command }) => command.type)).toEqual(['render', 'render']);
    const [a, b] = port.sent.map(({ id }) => id);
    port.onMessage({
      id: b ?? -1,
      ok: false,
      code: 'corrupt',
      detail: 'flac-metadata',
      message: 'frame 7 is damaged',
    });
    port.onMessage({ id: a ?? -1, ok: true, result: { ended: true, superseded: false } });
    expect(await first).toEqual({ ended: true, superseded: false });
    expect(await second).toMatchObject({ code: 'corrupt', message: 'frame 7 is damaged' });
  });

  it('gives events to their session only, and none of a closed one', () => {
    const { client, ports } = setUp();
    const heard: string[] = [];
    const a = client.createSession(({ event }) => heard.push(`a ${event}`));
    const b = client.createSession(({ event }) => heard.push(`b ${event}`));
    client.warmUp();
    const port = portOf(ports);
    port.onMessage({ event: 'ready', version: '1' });
    port.onMessage({ event: 'network', session: b, attempt: 1, message: '' });
    port.onMessage(clusterEvent(a, 0));
    void client.call({ type: 'close', session: a });
    port.onMessage(clusterEvent(a, 0));
    expect(heard).toEqual(['b network', 'a cluster']);
  });

  it('drops clusters of an epoch that is over', () => {
    const { client, ports } = setUp();
    const epochs: number[] = [];
    const session = client.createSession((event) => {
      if (event.event === 'cluster') epochs.push(event.epoch);
    });
    void client.call(render(session, 0));
    const port = portOf(ports);
    port.onMessage(clusterEvent(session, 0));
    void client.call(render(session, 2));
    for (const epoch of [0, 1, 2]) port.onMessage(clusterEvent(session, epoch));
    expect(epochs).toEqual([0, 2]);
  });

  it('fails everything when the worker crashes, and starts anew for the next track', async () => {
    const { client, ports } = setUp();
    const failures: unknown[] = [];
    const session = client.createSession((event) => failures.push(event));
    const pending = client.call(render(session, 0)).catch((error: unknown) => error);
    portOf(ports).onCrash('out of memory');
    expect(await pending).toMatchObject({ code: 'internal' });
    expect(failures).toMatchObject([{ event: 'failed', session, code: 'internal' }]);
    expect(portOf(ports).terminated).toBe(true);
    await expect(client.call(render(session, 0))).rejects.toMatchObject({ code: 'aborted' });
    const next = client.createSession(() => undefined);
    const answer = client.call<'render'>(render(next, 0));
    const port = portOf(ports, 1);
    const result = { ended: false, superseded: false };
    port.onMessage({ id: port.sent[0]?.id ?? -1, ok: true, result });
    expect(await answer).toEqual(result);
  });

  it('does not listen to a worker that it has given up', () => {
    const { client, ports } = setUp();
    let heard = 0;
    client.warmUp();
    portOf(ports).onCrash('gone');
    const session = client.createSession(() => (heard += 1));
    client.warmUp();
    portOf(ports, 0).onMessage(clusterEvent(session, 0));
    portOf(ports, 1).onMessage(clusterEvent(session, 0));
    expect(heard).toBe(1);
  });

  it('rejects what is in flight, and all that comes later, when disposed', async () => {
    const { client, ports } = setUp();
    const session = client.createSession(() => undefined);
    const pending = client.call(render(session, 0)).catch((error: unknown) => error);
    client.dispose();
    expect(await pending).toMatchObject({ code: 'aborted' });
    await expect(client.call(render(session, 0))).rejects.toMatchObject({ code: 'aborted' });
    expect(portOf(ports).terminated).toBe(true);
  });
});
