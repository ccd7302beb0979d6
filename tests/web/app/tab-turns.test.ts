/** Two tabs on a real BroadcastChannel. */
import { BroadcastChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from '@jest/globals';
import { TabTurns, type TabsChannel } from '../../../web/src/app/tab-turns';
import { createWorld, makeTrack, type World } from '../../support/player-world';

type Tab = { readonly world: World; readonly turns: TabTurns };

const open: TabTurns[] = [];
let channelCount = 0;
/** One time for all of them, as in one browser. */
let nowMs = 1000;

afterEach(() => {
  for (const turns of open.splice(0)) turns.dispose();
});

const openTab = (name: string, tab: string, letsOthersPlay = false): Tab => {
  const world = createWorld();
  const channel = new BroadcastChannel(name) as unknown as TabsChannel;
  const turns = new TabTurns({
    player: world.player,
    channel,
    tab,
    nowMs: () => nowMs,
    letsOthersPlay,
  });
  open.push(turns);
  return { world, turns };
};

const openTabs = (letsOthersPlay = false): readonly [Tab, Tab] => {
  channelCount += 1;
  const name = `auralis-test-${channelCount}`;
  return [openTab(name, 'a', letsOthersPlay), openTab(name, 'b', letsOthersPlay)];
};

/** Until what was said has been heard: messages between ports of a process take a few turns. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
};

const play = async ({ world }: Tab): Promise<void> => {
  nowMs += 10;
  world.player.playNow([makeTrack('a')], 0);
  await world.clock.advance(1000);
  await settle();
};

const stateOf = ({ world }: Tab): string => world.state().state;

describe('Two tabs', () => {
  it('take turns: the one that starts pauses the other', async () => {
    const [one, two] = openTabs();
    await play(one);
    expect(stateOf(one)).toBe('playing');
    await play(two);
    await one.world.clock.advance(100);
    expect([stateOf(one), stateOf(two)]).toEqual(['paused', 'playing']);
    nowMs += 10;
    one.world.player.play();
    await one.world.clock.advance(100);
    await settle();
    await two.world.clock.advance(100);
    expect([stateOf(one), stateOf(two)]).toEqual(['playing', 'paused']);
  });

  it('both play on when they are let, whichever of them was told so', async () => {
    const [one, two] = openTabs();
    one.turns.setLetsOthersPlay(true);
    await settle();
    expect(two.turns.getLetsOthersPlay()).toBe(true);
    await play(one);
    await play(two);
    await one.world.clock.advance(100);
    expect([stateOf(one), stateOf(two)]).toEqual(['playing', 'playing']);
    two.turns.setLetsOthersPlay(false);
    await settle();
    expect(one.turns.getLetsOthersPlay()).toBe(false);
    await play(two);
    expect(stateOf(two)).toBe('playing');
  });

  it('do not pause each other when they start at once', async () => {
    const [one, two] = openTabs();
    for (const { world } of [one, two]) {
      world.player.playNow([makeTrack('a')], 0);
      await world.clock.advance(1000);
    }
    await settle();
    for (const { world } of [one, two]) await world.clock.advance(100);
    expect([stateOf(one), stateOf(two)]).toEqual(['paused', 'playing']);
  });

  it('leave alone what does not play, and do not mind what others say', async () => {
    const [one, two] = openTabs();
    await play(one);
    const stranger = new BroadcastChannel(`auralis-test-${channelCount}`);
    for (const words of [null, 7, 'starts', { type: 'starts' }, { type: 'starts', tab: 1 }]) {
      stranger.postMessage(words);
    }
    await settle();
    expect(stateOf(one)).toBe('playing');
    stranger.close();
    let changes = 0;
    two.world.player.subscribe(() => (changes += 1));
    nowMs += 10;
    one.world.player.pause();
    one.world.player.play();
    await settle();
    expect([stateOf(two), changes]).toEqual(['idle', 0]);
  });

  it('do nothing to each other where there is no BroadcastChannel', async () => {
    const world = createWorld();
    const turns = new TabTurns({
      player: world.player,
      channel: null,
      tab: 'a',
      nowMs: () => 0,
      letsOthersPlay: false,
    });
    let told: boolean | null = null;
    turns.on('change', (value) => (told = value));
    turns.setLetsOthersPlay(true);
    await play({ world, turns });
    expect([told, turns.getLetsOthersPlay(), world.state().state]).toEqual([true, true, 'playing']);
    turns.dispose();
  });
});
