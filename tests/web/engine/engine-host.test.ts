/** EngineHost with a scripted module: turns, epochs, failures. Sound: host-rendering.test.ts. */
import { describe, expect, it } from '@jest/globals';
import type { EngineModule, EngineStep } from '../../../wasm-bindings/engine-module';
import { PlayerError } from '../../../web/src/shared/errors';
import { ADAPTIVE, HostHarness } from '../../support/host-harness';
import { MemorySource, type MemorySourceOptions } from '../../support/memory-source';
import {
  cluster,
  renderingScript,
  ScriptedEngine,
  TRACK_READY,
  type Script,
} from '../../support/scripted-engine';
import { until } from '../../support/waiting';

const FILE = Uint8Array.from({ length: 1000 }, (_, i) => i);

const need = (begin: number, end: number): EngineStep => ({
  type: 'needBytes',
  ranges: [{ begin, end }],
});

type Bench = {
  readonly harness: HostHarness;
  readonly engine: ScriptedEngine;
  readonly sources: MemorySource[];
};

const bench = (scriptOf: (session: number) => Script, options: MemorySourceOptions = {}): Bench => {
  const engine = new ScriptedEngine(scriptOf);
  const sources: MemorySource[] = [];
  const harness = new HostHarness(
    () => Promise.resolve(engine),
    () => {
      const source = new MemorySource(FILE, options);
      sources.push(source);
      return source;
    },
  );
  return { harness, engine, sources };
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i += 1) await turn();
};

const SUPERSEDED = { ok: true, result: { ended: false, superseded: true } };
const RENDERED = { ok: true, result: { ended: false, superseded: false } };

describe('EngineHost', () => {
  it('opens the source before the module is there', async () => {
    let opened = 0;
    const harness = new HostHarness(
      () => new Promise<EngineModule>(() => undefined),
      () => {
        opened += 1;
        return new MemorySource(FILE);
      },
    );
    void harness.open(1, 'a');
    expect(opened).toBe(1);
    await turn();
    expect(harness.messages).toHaveLength(0);
  });

  it('opens, renders the first chunk without a command, and then what it is told', async () => {
    const { harness, engine } = bench(() => renderingScript(2));
    const { track } = await harness.opened(1, 'a', { ...ADAPTIVE, preset: 'warm', intensity: 0 });
    expect(track.chunkCount).toBe(5);
    expect(track).not.toHaveProperty('type');
    await harness.until(() => harness.events('cluster').length === 1);
    expect(await harness.render(1, 0, 3)).toMatchObject(RENDERED);
    expect(harness.events('cluster').map((event) => event.cluster.chunk)).toEqual([0, 3]);
    expect(engine.logs[0]?.slice(0, 3)).toEqual(['size 1000', 'settings 2 0 1 0 0 true', 'wish 0']);
  });

  it('renders in the order of the commands, one at a time', async () => {
    const { harness, engine } = bench(() => renderingScript(3));
    await harness.opened(1, 'a');
    await Promise.all([4, 1, 2].map((chunk) => harness.render(1, 0, chunk)));
    const wishes = engine.logs[0]?.filter((call) => call.startsWith('wish'));
    expect(wishes).toEqual(['wish 0', 'wish 4', 'wish 1', 'wish 2']);
  });

  it('answers a render of the first chunk without rendering it twice', async () => {
    const { harness } = bench(() => renderingScript(5));
    void harness.open(1, 'a');
    expect(await harness.render(1, 0, 0)).toMatchObject(RENDERED);
    expect(harness.events('cluster')).toHaveLength(1);
  });

  it('fetches all ranges of a step at once and supplies each', async () => {
    const ranges = [0, 300, 600].map((begin) => ({ begin, end: begin + 10 }));
    const script: Script = (count) =>
      [{ type: 'needBytes', ranges } as const, TRACK_READY][count] ?? cluster(0);
    let waiting = 0;
    let together = 0;
    const { harness, engine } = bench(() => script, {
      before: async () => {
        together = Math.max(together, (waiting += 1));
        await turns(3);
        waiting -= 1;
      },
    });
    await harness.opened(1, 'a');
    expect(together).toBe(3);
    const supplied = (): string[] =>
      (engine.logs[0] ?? []).filter((call) => call.startsWith('supply')).sort();
    await until(() => supplied().length === 3);
    expect(supplied()).toEqual(['supply 0+10', 'supply 300+10', 'supply 600+10']);
  });

  it('goes on with the first range of a list, and waits for another when asked', async () => {
    const ranges = [0, 300, 600].map((begin) => ({ begin, end: begin + 10 }));
    // The second range is asked for again, a little longer, before it is there.
    const again = [{ begin: 302, end: 340 }];
    const steps: EngineStep[] = [
      { type: 'needBytes', ranges },
      TRACK_READY,
      { type: 'needBytes', ranges: again },
    ];
    const script: Script = (count) => steps[count] ?? cluster(0);
    const release: (() => void)[] = [];
    const { harness, engine, sources } = bench(() => script, {
      before: ({ begin }) =>
        begin === 0 ? Promise.resolve() : new Promise((resolve) => release.push(resolve)),
    });
    await harness.opened(1, 'a');
    await turns(5);
    expect(engine.logs[0]).toContain('supply 0+10');
    expect(harness.events('cluster')).toHaveLength(0);
    for (const go of release) go();
    await harness.until(() => harness.events('cluster').length > 0);
    // Nothing was asked for twice.
    expect(sources[0]?.ranges).toEqual(ranges);
  });

  it('reports a range of a list that cannot be had, also while it works on another', async () => {
    const ranges = [0, 300].map((begin) => ({ begin, end: begin + 10 }));
    const script: Script = (count) =>
      [{ type: 'needBytes', ranges } as const, TRACK_READY][count] ?? { type: 'working' };
    const { harness } = bench(() => script, {
      before: async ({ begin }) => {
        await turns(3);
        if (begin === 300) throw new PlayerError('network', 'gone');
      },
    });
    await harness.opened(1, 'a');
    await harness.until(() => harness.events('failed').length > 0);
    expect(harness.events('failed')[0]?.code).toBe('network');
  });

  it('looks at its messages between two steps', async () => {
    const { harness, engine } = bench(() => renderingScript(1000));
    await harness.opened(1, 'a');
    await turns(10);
    const before = engine.logs[0]?.length ?? 0;
    expect(before).toBeLessThan(40);
    expect(await harness.configure(1, 1, ADAPTIVE)).toMatchObject({ ok: true, result: null });
    // Nothing of the old epoch is worked on any more.
    const after = engine.logs[0]?.length ?? 0;
    await turns(10);
    expect(engine.logs[0]).toHaveLength(after);
  });
});

describe('EngineHost and epochs', () => {
  it('answers what a newer epoch supersedes, and sends nothing of it any more', async () => {
    const { harness } = bench(() => renderingScript(20));
    await harness.opened(1, 'a');
    const old = [1, 2].map((chunk) => harness.render(1, 0, chunk));
    await turns(5);
    const configured = harness.configure(1, 1, { ...ADAPTIVE, preset: 'bright' });
    expect(await Promise.all(old)).toMatchObject([SUPERSEDED, SUPERSEDED]);
    await configured;
    expect(await harness.render(1, 1, 7)).toMatchObject(RENDERED);
    const seen = harness.events('cluster').map((event) => [event.epoch, event.cluster.chunk]);
    expect(seen).toEqual([[1, 7]]);
  });

  it('supersedes by a render of a newer epoch alone: a seek', async () => {
    const { harness } = bench(() => renderingScript(20));
    await harness.opened(1, 'a');
    const old = harness.render(1, 0, 1);
    expect(await harness.render(1, 5, 3)).toMatchObject(RENDERED);
    expect(await old).toMatchObject(SUPERSEDED);
  });

  it('refuses a stale render politely and ignores stale settings', async () => {
    const { harness, engine } = bench(() => renderingScript(0));
    await harness.opened(1, 'a');
    await harness.render(1, 4, 1);
    expect(await harness.render(1, 3, 2)).toMatchObject(SUPERSEDED);
    await harness.configure(1, 3, { ...ADAPTIVE, preset: 'punchy' });
    expect(engine.logs[0]).not.toContain('settings 4 100 1 0 0 true');
  });

  it('gives up the reads of an old epoch and goes on at the new place', async () => {
    let stuck = true;
    const script: Script = (count, chunk, log) => {
      if (count === 0) return TRACK_READY;
      const begin = (chunk ?? 0) * 100;
      return log.includes(`supply ${begin}+50`) ? cluster(chunk ?? 0) : need(begin, begin + 50);
    };
    const { harness, engine, sources } = bench(() => script, {
      before: async ({ begin }) => {
        while (stuck && begin === 0) await turn();
      },
    });
    await harness.opened(1, 'a');
    await turns(3);
    expect(await harness.render(1, 1, 6)).toMatchObject(RENDERED);
    stuck = false;
    await turns(3);
    expect(sources[0]?.abortedCount).toBe(1);
    expect(engine.logs[0]).not.toContain('supply 0+50');
  });

  it('keeps reading the headers when the settings change meanwhile', async () => {
    let stuck = true;
    const script: Script = (count) => (count === 0 ? need(0, 10) : TRACK_READY);
    const { harness, sources } = bench(() => script, {
      before: async () => {
        while (stuck) await turn();
      },
    });
    const opening = harness.open(1, 'a');
    await turns(2);
    await harness.configure(1, 1, ADAPTIVE);
    stuck = false;
    expect(await opening).toMatchObject({ ok: true });
    expect(sources[0]?.ranges).toHaveLength(1);
  });
});

describe('EngineHost with several sessions', () => {
  it('lets the one that was asked last work first', async () => {
    const { harness } = bench(() => renderingScript(10));
    await harness.opened(1, 'a');
    await harness.opened(2, 'b');
    await harness.until(() => harness.events('cluster').length === 2);
    const order: string[] = [];
    const long = [1, 2, 3].map((chunk) => harness.render(1, 0, chunk));
    await turns(2);
    const last = harness.render(2, 0, 1).then(() => order.push('b'));
    await Promise.all([...long.map((render) => render.then(() => order.push('a'))), last]);
    expect(order).toEqual(['b', 'a', 'a', 'a']);
  });

  it('lets one work while the other waits for bytes', async () => {
    const waiting: Script = (count) => (count === 0 ? need(0, 10) : TRACK_READY);
    const { harness } = bench((session) => (session === 1 ? waiting : renderingScript(10)), {
      before: () => new Promise(() => undefined),
    });
    await harness.opened(1, 'a');
    void harness.open(2, 'b');
    await turns(2);
    await harness.until(() => harness.events('cluster').length === 1);
    expect(harness.events('cluster')[0]?.session).toBe(1);
  });

  it('frees a closed session and answers what it still owes', async () => {
    const { harness, engine, sources } = bench(() => renderingScript(1000));
    await harness.opened(1, 'a');
    const pending = harness.render(1, 0, 1);
    expect(await harness.call({ type: 'close', session: 1 })).toMatchObject({ ok: true });
    expect(await pending).toMatchObject(SUPERSEDED);
    await turns(5);
    expect(engine.logs[0]?.filter((call) => call === 'delete')).toHaveLength(1);
    expect(engine.logs[0]?.at(-1)).toBe('delete');
    expect(sources[0]?.closed).toBe(true);
    expect(await harness.render(1, 0, 2)).toMatchObject({ ok: false, code: 'internal' });
  });

  it('closes a session that is still opening', async () => {
    const { harness, engine } = bench(() => () => need(0, 10), {
      before: () => new Promise(() => undefined),
    });
    const opening = harness.open(1, 'a');
    await turns(3);
    await harness.call({ type: 'close', session: 1 });
    expect(await opening).toMatchObject({ ok: false, code: 'aborted' });
    expect(engine.logs[0]?.at(-1)).toBe('delete');
  });

  it('refuses a number that is taken, and too many tracks', async () => {
    const { harness } = bench(() => renderingScript(0));
    await harness.opened(1, 'a');
    expect(await harness.open(1, 'b')).toMatchObject({ ok: false, code: 'internal' });
    for (let session = 2; session <= 8; session += 1) await harness.opened(session, 'c');
    const ninth = await harness.open(9, 'd');
    expect(ninth).toMatchObject({ ok: false, code: 'internal' });
    await harness.call({ type: 'close', session: 3 });
    expect(await harness.open(10, 'e')).toMatchObject({ ok: true });
  });
});

describe('EngineHost and failures', () => {
  it.each([
    ['unsupported', 'ogg', 'unsupported', 'cannot be enhanced'],
    ['limit', 'channels', 'unsupported', 'cannot be enhanced'],
    ['corrupt', 'no-audio', 'corrupt', 'damaged at byte 77'],
    ['argument', 'chunk-index', 'internal', 'used wrongly'],
  ] as const)('translates the error %s, %s to %s', async (code, detail, expected, words) => {
    const step = { type: 'error', code, detail, byteOffset: 77, message: 'x' } as const;
    const { harness } = bench(() => () => step);
    const response = await harness.open(1, 'a');
    expect(response).toMatchObject({ ok: false, code: expected, detail });
    expect(response.ok ? '' : response.message).toContain(words);
    // The answer says it; an event would say it twice.
    expect(harness.events('failed')).toHaveLength(0);
    expect(await harness.render(1, 0, 0)).toMatchObject({ ok: false, code: expected });
  });

  it('tells the page when rendering cannot go on', async () => {
    const script: Script = (count) =>
      count === 0
        ? TRACK_READY
        : { type: 'error', code: 'corrupt', detail: 'no-audio', byteOffset: 5, message: 'bad' };
    const { harness, engine, sources } = bench(() => script);
    await harness.opened(1, 'a');
    const render = await harness.render(1, 0, 2);
    expect(render).toMatchObject({ ok: false, code: 'corrupt' });
    expect(harness.events('failed')).toHaveLength(1);
    expect(harness.events('failed')[0]).toMatchObject({ session: 1, code: 'corrupt' });
    expect(engine.logs[0]?.at(-1)).toBe('delete');
    expect(sources[0]?.closed).toBe(true);
  });

  it('passes on why a source failed', async () => {
    const { harness } = bench(() => () => need(0, 10), {
      before: () => Promise.reject(new PlayerError('network', 'no longer on the server (404)')),
    });
    const response = await harness.open(1, 'a');
    expect(response).toMatchObject({ ok: false, code: 'network' });
  });

  it('survives a module that traps: its sessions fail, the next gets a new module', async () => {
    let loads = 0;
    const trap: Script = (count, chunk) => {
      if (count === 0) return TRACK_READY;
      if (chunk === 3) throw new WebAssembly.RuntimeError('unreachable');
      return cluster(chunk ?? 0);
    };
    const harness = new HostHarness(
      () => {
        loads += 1;
        return Promise.resolve(new ScriptedEngine(() => trap));
      },
      () => new MemorySource(FILE),
    );
    await harness.opened(1, 'a');
    await harness.opened(2, 'b');
    await harness.until(() => harness.events('cluster').length === 2);
    const response = await harness.render(1, 0, 3);
    expect(response).toMatchObject({ ok: false, code: 'internal' });
    expect(response.ok ? '' : response.message).toContain('unreachable');
    expect(harness.events('failed').map(({ session }) => session)).toEqual([1, 2]);
    await harness.opened(3, 'c');
    expect(loads).toBe(2);
  });

  it('says when the module cannot be loaded, and tries again for the next track', async () => {
    let loads = 0;
    const harness = new HostHarness(
      () => {
        loads += 1;
        return loads === 1
          ? Promise.reject(new Error('bad magic number'))
          : Promise.resolve(new ScriptedEngine(() => renderingScript(0)));
      },
      () => new MemorySource(FILE),
    );
    const response = await harness.open(1, 'a');
    expect(response.ok ? '' : response.message).toContain('bad magic number');
    await harness.opened(2, 'b');
  });

  it('stops an engine that asks for the same bytes for ever', async () => {
    const { harness, sources } = bench(() => () => need(5, 10));
    expect(await harness.open(1, 'a')).toMatchObject({ ok: false, code: 'internal' });
    expect(sources[0]?.ranges.length).toBeLessThan(5);
  });

  it('does not hang when the engine stops in the middle of a chunk', async () => {
    const script: Script = (count) => (count === 0 ? TRACK_READY : { type: 'idle' });
    const { harness } = bench(() => script);
    await harness.opened(1, 'a');
    expect(await harness.render(1, 0, 1)).toMatchObject({ ok: false, code: 'internal' });
  });

  it('tells once where a truncated track ends', async () => {
    const script: Script = (count) =>
      count === 0 ? TRACK_READY : { type: 'endOfTrack', frameCount: 1234, truncated: true };
    const { harness } = bench(() => script);
    await harness.opened(1, 'a');
    const ended = { ok: true, result: { ended: true, superseded: false } };
    expect(await harness.render(1, 0, 4)).toMatchObject(ended);
    expect(await harness.render(1, 0, 9)).toMatchObject(ended);
    expect(harness.events('truncated')).toEqual([
      { event: 'truncated', session: 1, frameCount: 1234 },
    ]);
  });

  it('refuses more renders than anyone needs', async () => {
    const { harness } = bench(() => renderingScript(1000));
    await harness.opened(1, 'a');
    const many = Array.from({ length: 70 }, (_, chunk) => harness.render(1, 0, chunk + 1));
    expect(await many[69]).toMatchObject({ ok: false, code: 'internal' });
    await harness.call({ type: 'close', session: 1 });
    expect(await many[0]).toMatchObject(SUPERSEDED);
  });
});

describe('EngineHost warming up', () => {
  it('says ready when a chunk was rendered', async () => {
    const { harness, engine } = bench(() => renderingScript(3));
    await harness.host.start();
    expect(harness.events('ready')).toEqual([{ event: 'ready', version: 'scripted' }]);
    expect(engine.logs[0]?.at(-1)).toBe('delete');
  });

  it('drops it when a command arrives', async () => {
    const { harness, engine } = bench((session) => renderingScript(session === 0 ? 500 : 0));
    const started = harness.host.start();
    await turns(5);
    await harness.opened(1, 'a');
    await started;
    expect(engine.logs[0]?.length).toBeLessThan(50);
    expect(engine.logs[0]?.at(-1)).toBe('delete');
    expect(harness.events('ready')).toHaveLength(1);
  });

  it('leaves the report of a broken module to the first track', async () => {
    const harness = new HostHarness(
      () => Promise.reject(new Error('no memory')),
      () => new MemorySource(FILE),
    );
    await harness.host.start();
    expect(harness.messages).toHaveLength(0);
    expect(await harness.open(1, 'a')).toMatchObject({ ok: false, code: 'internal' });
  });
});
