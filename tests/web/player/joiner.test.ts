import { describe, expect, it } from '@jest/globals';
import type { JoinMode } from '../../../web/src/player/join-mode';
import { Joiner } from '../../../web/src/player/joiner';
import { Lineup } from '../../../web/src/player/lineup';
import { TimelineEntry } from '../../../web/src/player/timeline-entry';
import { createStage, entryStageOf, sourceOf } from '../../support/track-stage';

const SECONDS = 6.013;

/** With the sound of `a` complete, and the element at a place of it. */
const setUp = async (joins: JoinMode, atSeconds = 1, nextSeconds = SECONDS) => {
  const durationSeconds = (url: string): number => (url.endsWith('a') ? SECONDS : nextSeconds);
  const stage = await createStage({ joins, durationSeconds });
  const { clock, audio, sink } = stage;
  const entryStage = entryStageOf(stage, []);
  const lineup = new Lineup((source, rank) => new TimelineEntry(entryStage, source, rank));
  const joiner = new Joiner({ sink, joins: stage.joins, lineup });
  const { entry } = lineup.lead(sourceOf('a'));
  entry.placeAt(0);
  for (let look = 0; look < 10; look += 1) {
    await clock.advance(100);
    entry.work(30, true);
  }
  expect(entry.work(30, true)).toBe(true);
  audio.currentTime = atSeconds;
  const goOn = async (forMs = 200): Promise<void> => {
    for (let ms = 0; ms < forMs; ms += 50) {
      joiner.continueBehind(entry, 30);
      await clock.advance(50);
    }
  };
  return { ...stage, lineup, entry, goOn };
};

describe('Joiner', () => {
  it('ends the stream where nothing follows', async () => {
    const { source, goOn } = await setUp('lead');
    expect(source.readyState).toBe('open');
    await goOn(50);
    expect(source.readyState).toBe('ended');
  });

  it('puts what follows right behind the end, and has it rendered on', async () => {
    const { source, lineup, goOn, held } = await setUp('lead');
    lineup.follow(sourceOf('b'));
    await goOn(1500);
    expect(lineup.next?.place.beginUs).toBe(SECONDS * 1e6);
    expect(source.readyState).toBe('open');
    expect(held()).toEqual(['0-12.026']);
  });

  it('ends behind one that is too short for another one to be joined to it', async () => {
    const { source, audio, lineup, goOn, held } = await setUp('lead', 1, 0.06);
    lineup.follow(sourceOf('b'));
    await goOn();
    expect(held()).toEqual(['0-6.073']);
    expect(source.readyState).toBe('open');
    audio.currentTime = SECONDS - 0.8;
    await goOn();
    expect(source.readyState).toBe('ended');
  });

  it('does not end behind a short one whose sound is yet to come', async () => {
    const { source, audio, engine, clock, lineup, goOn, held } = await setUp('lead', 1, 1.4);
    lineup.follow(sourceOf('b'));
    while (lineup.next?.isPrepared !== true) await clock.advance(1);
    engine.isStopped = true;
    await goOn();
    expect(held()).toEqual(['0-7.013']);
    // The page has not looked yet.
    audio.currentTime = SECONDS + 0.5;
    await goOn();
    expect(source.readyState).toBe('open');
  });

  it('waits for the first sound of what follows', async () => {
    const { source, engine, lineup, goOn } = await setUp('lead');
    engine.isStopped = true;
    lineup.follow(sourceOf('b'));
    await goOn();
    expect(lineup.next?.isPlaced).toBe(false);
    expect(source.readyState).toBe('open');
    engine.isStopped = false;
    await goOn();
    expect(lineup.next?.isPlaced).toBe(true);
  });

  it('asks once where what follows is to lie in whole packets', async () => {
    const { engine, lineup, entry, goOn } = await setUp('carry');
    lineup.follow(sourceOf('b'));
    await goOn(600);
    expect(engine.commandsOf('carry')).toMatchObject([{ from: 1 }]);
    // 6.013 s less the look-ahead of 312 frames, in whole packets.
    expect(lineup.next?.place.packetsUs).toBe(6_000_000);
    expect(entry.place.cutSeconds).toBe(6);
  });

  it('asks again when the worker refuses, though not for what was closed', async () => {
    const { engine, lineup, goOn } = await setUp('carry');
    engine.refuse = { type: 'carry', code: 'internal', message: 'not rendered to its end' };
    lineup.follow(sourceOf('b'));
    await goOn(200);
    expect(engine.commandsOf('carry').length).toBeGreaterThan(1);
    engine.refuse = null;
    await goOn(400);
    expect(lineup.next?.isPlaced).toBe(true);
  });

  it('joins nothing where the browser cannot, but prepares it', async () => {
    const { source, lineup, goOn } = await setUp('none');
    lineup.follow(sourceOf('b'));
    await goOn();
    expect(lineup.next?.isPlaced).toBe(false);
    expect(lineup.next?.isPrepared).toBe(true);
    expect(source.readyState).toBe('open');
  });

  it('joins nothing behind an end that the browser has read already', async () => {
    const { source, lineup, goOn } = await setUp('lead', SECONDS - 0.5);
    lineup.follow(sourceOf('b'));
    await goOn();
    expect(lineup.next?.isPlaced).toBe(false);
    expect(source.readyState).toBe('ended');
  });

  it('ends behind a track whose next one cannot be played', async () => {
    const { source, engine, lineup, goOn } = await setUp('lead');
    engine.broken.set('/api/player/stream/b', { code: 'gone', message: 'in the test' });
    lineup.follow(sourceOf('b'));
    await goOn();
    expect(source.readyState).toBe('ended');
  });
});
