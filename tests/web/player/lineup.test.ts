import { describe, expect, it } from '@jest/globals';
import { Lineup } from '../../../web/src/player/lineup';
import { TimelineEntry } from '../../../web/src/player/timeline-entry';
import type { TrackSource } from '../../../web/src/player/track-source';
import type { ChunkIndex } from '../../../web/src/shared/units';
import { ADAPTIVE } from '../../support/player-world';
import { createStage, entryStageOf, sourceOf } from '../../support/track-stage';

const setUp = async () => {
  const stage = await createStage();
  const entryStage = entryStageOf(stage, []);
  const lineup = new Lineup((source, rank) => new TimelineEntry(entryStage, source, rank));
  const { clock, engine } = stage;
  /** What was said to the worker since, as words: "open 2 next". */
  const said = async (): Promise<string[]> => {
    const before = engine.commands.splice(0).length;
    await clock.advance(20);
    expect(before).toBe(0);
    return engine.commands
      .splice(0)
      .filter(({ type }) => type === 'open' || type === 'close' || type === 'rank')
      .map((command) => {
        const rank = 'rank' in command ? ` ${command.rank}` : '';
        return `${command.type} ${command.session}${rank}`;
      });
  };
  const lead = (id: string, change: Partial<TrackSource> = {}) => {
    const { entry, others } = lineup.lead(sourceOf(id, change));
    if (!entry.isPlaced) entry.placeAt(0);
    for (const other of others) other.close();
    return entry;
  };
  return { ...stage, lineup, said, lead };
};

const ids = ({ entries }: Lineup): string => entries.map(({ track }) => track.id).join('');

describe('Lineup', () => {
  it('opens each track with the rank of its role', async () => {
    const { lineup, said, lead } = await setUp();
    lead('a');
    lineup.follow(sourceOf('b'));
    lineup.setAside('previous', sourceOf('c'));
    lineup.setAside('hint', sourceOf('d'));
    expect(await said()).toEqual(['open 1 heard', 'open 2 next', 'open 3 hint', 'open 4 hint']);
    expect(ids(lineup)).toBe('abcd');
  });

  it('opens nothing twice for the same role', async () => {
    const { lineup, said, lead } = await setUp();
    lead('a');
    expect(lineup.follow(sourceOf('b'))).toBe(true);
    expect(lineup.follow(sourceOf('b'))).toBe(false);
    lineup.setAside('hint', sourceOf('c'));
    lineup.setAside('hint', sourceOf('c'));
    // What follows need not be kept aside as well.
    lineup.setAside('previous', sourceOf('b'));
    expect(await said()).toEqual(['open 1 heard', 'open 2 next', 'open 3 hint']);
  });

  it('closes what has no role any more', async () => {
    const { lineup, said, lead } = await setUp();
    lead('a');
    lineup.follow(sourceOf('b'));
    lineup.setAside('hint', sourceOf('c'));
    await said();
    lineup.follow(sourceOf('d'));
    lineup.setAside('hint', null);
    expect(await said()).toEqual(['close 2', 'open 4 next', 'close 3']);
    expect(lineup.follow(null)).toBe(true);
    expect(await said()).toEqual(['close 4']);
    expect(ids(lineup)).toBe('a');
  });

  it('uses what was prepared, whatever for, and closes all others', async () => {
    const { lineup, said, lead } = await setUp();
    lead('a');
    lineup.follow(sourceOf('b'));
    lineup.setAside('hint', sourceOf('c'));
    await said();
    const entry = lead('c');
    expect(await said()).toEqual(['close 2', 'rank 3 heard', 'close 1']);
    expect(lineup.current).toBe(entry);
    expect(ids(lineup)).toBe('c');
  });

  it('takes a hint for what follows, and what follows for a hint', async () => {
    const { lineup, said, lead } = await setUp();
    lead('a');
    lineup.setAside('hint', sourceOf('b'));
    await said();
    lineup.follow(sourceOf('b'));
    expect(await said()).toEqual(['rank 2 next']);
    expect(ids(lineup)).toBe('ab');
  });

  it('does not use what was prepared for another place, or could not be played', async () => {
    const { lineup, engine, said, lead } = await setUp();
    engine.broken.set('/api/player/stream/c', { code: 'gone', message: 'in the test' });
    lead('a');
    lineup.setAside('previous', sourceOf('b'));
    lineup.setAside('hint', sourceOf('c'));
    await said();
    lineup.follow(sourceOf('b', { firstChunk: 3 as ChunkIndex }));
    lineup.follow(sourceOf('c'));
    expect(await said()).toEqual(['open 4 next', 'close 4', 'open 5 next']);
  });

  it('opens anew what was replaced on the server since it was prepared', async () => {
    const { lineup, engine, clock, said, lead } = await setUp();
    lead('a');
    lineup.follow(sourceOf('b'));
    lineup.setAside('hint', sourceOf('c'));
    await said();
    for (const session of [2, 3]) engine.tell({ event: 'replaced', session });
    await clock.advance(20);
    expect(lineup.next?.error).toMatchObject({ code: 'replaced' });
    expect(lineup.follow(sourceOf('b'))).toBe(true);
    lineup.setAside('hint', sourceOf('c'));
    expect(await said()).toEqual(expect.arrayContaining(['open 4 next', 'open 5 hint']));
    expect(lineup.next?.error).toBeNull();
    expect(ids(lineup)).toBe('abc');
    // A server that says so of every answer.
    for (const session of [4, 5]) engine.tell({ event: 'replaced', session });
    await clock.advance(20);
    expect(lineup.follow(sourceOf('b'))).toBe(false);
    lineup.setAside('hint', sourceOf('c'));
    expect(await said()).toEqual([]);
  });

  it('does not use elsewhere what asks for its place behind another track', async () => {
    const { lineup, said, lead } = await setUp();
    lead('a');
    lineup.follow(sourceOf('b'));
    lineup.carrying = lineup.next;
    await said();
    lead('b');
    expect(await said()).toEqual(['close 2', 'open 3 heard', 'close 1']);
  });

  it('brings what is used up to date with the settings', async () => {
    const { lineup, engine, clock, lead } = await setUp();
    lead('a');
    lineup.follow(sourceOf('b'));
    await clock.advance(100);
    const warm = { ...ADAPTIVE, preset: 'warm' as const };
    lead('b', { settings: warm });
    await clock.advance(20);
    expect(engine.commandsOf('configure')).toMatchObject([{ session: 2, settings: warm }]);
  });

  it('keeps the track before until it is retired', async () => {
    const { lineup, said, lead } = await setUp();
    const first = lead('a');
    lineup.follow(sourceOf('b'));
    await said();
    const { next } = lineup;
    if (!next) throw new Error('nothing follows');
    lineup.enter(next);
    expect(await said()).toEqual(['rank 2 heard']);
    expect([lineup.past, lineup.current, lineup.next]).toEqual([first, next, null]);
    expect(ids(lineup)).toBe('ab');
    lineup.retire();
    expect(ids(lineup)).toBe('b');
    lineup.clear();
    expect(ids(lineup)).toBe('');
  });
});
