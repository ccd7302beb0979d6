import { describe, expect, it } from '@jest/globals';
import { settingsTag, PROVISIONAL_TAG } from '../../support/fake-engine';
import { TimelineEntry } from '../../../web/src/player/timeline-entry';
import { ADAPTIVE } from '../../support/player-world';
import { createStage, entryStageOf, sourceOf, type StageOptions } from '../../support/track-stage';

const WARM = { ...ADAPTIVE, preset: 'warm' as const };
const OLD = settingsTag(ADAPTIVE);
const NEW = settingsTag(WARM);

/** A track with all of its pieces, whose sound can be looked at. */
const setUp = async (options: StageOptions = {}) => {
  const stage = await createStage(options);
  const { clock, audio, buffer } = stage;
  const told: string[] = [];
  const entry = new TimelineEntry(entryStageOf(stage, told), sourceOf('a'), 'heard');
  entry.placeAt(0);
  const run = async (forMs: number): Promise<void> => {
    for (let ms = 0; ms < forMs; ms += 20) {
      entry.work(30, true);
      await clock.advance(20);
    }
  };
  await run(800);
  const play = async (): Promise<void> => {
    void audio.play();
    await run(1000);
  };
  const tags = (): number[] => [...new Set(buffer().pieces.map(({ tag }) => tag))];
  return { ...stage, entry, told, run, play, tags };
};

describe('SoundSwitch', () => {
  it('does nothing for the settings that the track has', async () => {
    const { entry, engine, run } = await setUp();
    expect(entry.configure({ ...ADAPTIVE }, true)).toBe(false);
    await run(100);
    expect(engine.commandsOf('configure')).toEqual([]);
  });

  it('lets old sound play on until the new one is there, a little ahead', async () => {
    const { entry, audio, told, play, run } = await setUp();
    await play();
    const at = audio.currentTime;
    expect(entry.configure(WARM, true)).toBe(true);
    await run(3000);
    const index = audio.heard.findIndex(({ tag }) => tag === NEW);
    const first = audio.heard[index];
    expect(first?.mediaTime).toBeGreaterThan(at + 0.3);
    expect(first?.mediaTime).toBeLessThan(at + 1.2);
    expect(audio.heard.slice(index).every(({ tag }) => tag === NEW)).toBe(true);
    expect(audio.underruns).toBe(0);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^a switched \d/);
  });

  it('takes effect at the playhead itself while nothing is heard', async () => {
    const { entry, audio, run, tags } = await setUp();
    entry.configure(WARM, true);
    await run(1000);
    expect(tags()).toEqual([NEW]);
    void audio.play();
    await run(500);
    expect(new Set(audio.heard.map(({ tag }) => tag))).toEqual(new Set([NEW]));
  });

  it('renders nothing anew at the end, where there is nothing to hear', async () => {
    const { entry, audio, sink, run, tags, held } = await setUp({ durationSeconds: 2 });
    sink.endOfStream();
    void audio.play();
    await run(2500);
    expect(audio.ended).toBe(true);
    const { currentTime } = audio;
    entry.configure(WARM, true);
    await run(20);
    expect(audio.currentTime).toBe(currentTime);
    expect(tags()).toContain(OLD);
    expect(held()).toEqual(['0-2']);
  });

  it('leaves the playhead to the track that is heard', async () => {
    const { entry, audio, clock, engine } = await setUp();
    audio.currentTime = 500;
    entry.configure(WARM, false);
    await clock.advance(100);
    expect(audio.currentTime).toBe(500);
    expect(engine.commandsOf('configure')).toHaveLength(1);
  });

  it('measures once, and lets the final plan take over from a cluster ahead', async () => {
    const { entry, engine, audio, play, run } = await setUp({
      isSlowLink: true,
      loudnessLufs: () => -18,
      measureMs: 100,
    });
    await play();
    expect(entry.facts.isProvisional).toBe(true);
    entry.improve();
    entry.improve();
    await run(400);
    expect(engine.commandsOf('measure')).toHaveLength(1);
    const at = audio.currentTime;
    entry.improve();
    entry.improve();
    await run(3000);
    const [takeOver, ...more] = engine.commandsOf('takeOver');
    expect(more).toEqual([]);
    expect((takeOver?.fromFrame ?? 0) % 24_000).toBe(0);
    expect((takeOver?.fromFrame ?? 0) / 48_000).toBeGreaterThan(at + 0.34);
    expect(entry.facts.isProvisional).toBe(false);
    const tags = audio.heard.map(({ tag }) => tag);
    expect(tags.lastIndexOf(OLD + PROVISIONAL_TAG)).toBe(tags.indexOf(OLD) - 1);
    expect(audio.underruns).toBe(0);
  });

  it('holds rendering back for the measuring only while the track is heard', async () => {
    const { entry, play, run, audio } = await setUp({
      isSlowLink: true,
      loudnessLufs: () => -18,
      // It does not come.
      measureMs: 1e6,
    });
    await play();
    audio.pause();
    await run(100);
    entry.improve();
    await run(5000);
    expect(entry.aheadSeconds).toBeGreaterThan(20);
  });

  it('asks for no second measuring between the take-over and the word of the final plan', async () => {
    const { entry, engine, run } = await setUp({
      isSlowLink: true,
      loudnessLufs: () => -18,
      measureMs: 100,
    });
    entry.improve();
    await run(300);
    entry.improve();
    expect(entry.facts.isProvisional).toBe(true);
    entry.improve();
    await run(1500);
    expect(engine.commandsOf('measure')).toHaveLength(1);
    expect(entry.facts.isProvisional).toBe(false);
  });

  it('lets the final plan take over everywhere while nothing is heard', async () => {
    const { entry, engine, run, tags } = await setUp({
      isSlowLink: true,
      loudnessLufs: () => -18,
      measureMs: 100,
    });
    entry.improve();
    await run(300);
    entry.improve();
    await run(1500);
    expect(engine.commandsOf('takeOver')).toMatchObject([{ fromFrame: null }]);
    expect(tags()).toEqual([OLD]);
  });
});
