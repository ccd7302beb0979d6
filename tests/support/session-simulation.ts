/**
 * One listener at random against one machine, link and browser at random, from a seed, in virtual
 * time: bursts of wishes in every phase, with trouble, and rests without, after which each wish
 * must have come to sound, a pause or words.
 */
import { checkAppend, checkHeard, checkLimits, checkShown, type Move } from './session-checks';
import { createSessionWorld, diceOf, type Dice, type SessionWorld } from './session-world';
import { drawPause, drawPlay, drawWish, type Wish } from './session-wishes';

type Wanted = 'sound' | 'silence' | 'anything';

/** What went wrong, with all that happened before. */
export class SessionFault extends Error {
  constructor(seed: number, story: readonly string[], cause: unknown) {
    const words = cause instanceof Error ? cause.message : String(cause);
    super(`seed ${seed}: ${words}`, { cause });
    this.seed = seed;
    this.story = story;
  }
  readonly seed: number;
  readonly story: readonly string[];
}

/** As many steps of 10 ms are sound. */
const SOUND_STEP_COUNT = 15;

class Session {
  readonly #seed: number;
  readonly #dice: Dice;
  /** For what came later: the other draws of a seed stay what they were. */
  readonly #moreDice: Dice;
  readonly #session: SessionWorld;
  readonly #moves: Move[] = [];
  readonly story: string[] = [];
  /** What was checked of what was heard. */
  #checkedCount = 0;
  /** A worker crashed, a track is gone, or the browser wants a click: there may be words. */
  #mayFail = false;
  #fault: unknown = null;
  /** When the settings became others; albums are measured in the background. */
  #changedAtMs = 0;

  constructor(seed: number) {
    this.#seed = seed;
    this.#dice = diceOf(seed);
    this.#moreDice = diceOf(seed + 0x51ee9);
    this.#session = createSessionWorld(seed, this.#dice, (buffer) => {
      buffer.onAppend = (bytes) => {
        try {
          checkAppend(this.#session, bytes);
        } catch (error) {
          this.#fault ??= error;
        }
      };
    });
    this.story.push(this.#session.words);
    const { player, clock } = this.#session.world;
    let { settings } = player.getSnapshot();
    player.on('change', (snapshot) => {
      if (snapshot.settings !== settings) this.#changedAtMs = clock.nowMs();
      ({ settings } = snapshot);
    });
  }

  async run(): Promise<void> {
    try {
      await this.#play();
    } catch (error) {
      throw new SessionFault(this.#seed, this.story, error);
    }
  }

  async #play(): Promise<void> {
    const { world, tracks } = this.#session;
    const dice = this.#dice;
    if (dice.chance(0.5)) world.player.setAlbum(tracks);
    if (dice.chance(0.3)) world.player.warmUp();
    if (dice.chance(0.3)) await this.#advance(dice.between(0, 300));
    world.player.setQueue(tracks);
    const actCount = 2 + Math.floor(dice.draw() * 4);
    for (let act = 0; act < actCount; act += 1) {
      this.#session.trouble.isOn = dice.chance(0.6);
      const wanted = await this.#burst(act === 0);
      this.#endTrouble();
      await this.#rest(wanted);
    }
    world.player.destroy();
    await world.clock.advance(100);
  }

  async #burst(isFirst: boolean): Promise<Wanted> {
    const dice = this.#dice;
    const { world, tracks } = this.#session;
    const { player } = world;
    const wishCount = 1 + Math.floor(dice.draw() ** 2 * 10);
    if (isFirst) {
      const index = Math.floor(dice.draw() * tracks.length);
      const start = (): void => void player.playNow(tracks, index);
      this.#wish({ words: `play now from ${index}`, act: start, targets: [0] });
      await this.#pauseBetween();
    }
    for (let count = 0; count < wishCount; count += 1) {
      if (this.#session.trouble.isOn && dice.chance(0.12)) this.#makeTrouble();
      if (this.#session.trouble.isOn && this.#moreDice.chance(0.04)) this.#sleep();
      this.#wish(drawWish(dice, player, tracks));
      await this.#pauseBetween();
    }
    const ending = dice.draw();
    if (ending < 0.6) {
      this.#wish(drawPlay(dice, player, tracks));
      return 'sound';
    }
    if (ending < 0.75) {
      this.#wish(drawPause(dice, player, tracks));
      return 'silence';
    }
    return 'anything';
  }

  #wish({ words, act, targets }: Wish): void {
    const atMs = this.#session.world.clock.nowMs();
    this.#tell(words);
    this.#moves.push({ atMs, targets: targets ?? [] });
    act();
  }

  /** Bursts within one turn of the browser, and rests that let something happen. */
  async #pauseBetween(): Promise<void> {
    const kind = this.#dice.draw();
    if (kind < 0.15) return;
    const [low, high] = kind < 0.6 ? [0, 60] : kind < 0.9 ? [60, 700] : [700, 6000];
    await this.#advance(this.#dice.between(low, high));
  }

  #makeTrouble(): void {
    const dice = this.#dice;
    const { world, tracks } = this.#session;
    const { engine, audio } = world;
    const kind = dice.draw();
    if (kind < 0.45) {
      engine.isStopped = true;
      const forMs = dice.between(100, 4000);
      this.#tell(`nothing comes for ${forMs.toFixed()} ms`);
      world.clock.setTimeout(() => (engine.isStopped = false), forMs);
    } else if (kind < 0.6) {
      this.#tell('the worker crashes');
      this.#mayFail = true;
      this.#moves.push({ atMs: world.clock.nowMs(), targets: [world.player.positionSeconds, 0] });
      engine.crash('in the simulation');
    } else if (kind < 0.72) {
      const track = dice.pick(tracks);
      this.#tell(`${track.id} is gone`);
      this.#mayFail = true;
      this.#moves.push({ atMs: world.clock.nowMs(), targets: [0] });
      engine.broken.set(track.url, { code: 'gone', message: 'gone in the simulation' });
    } else if (kind < 0.82) {
      this.#tell('headphones are pulled out');
      audio.pause();
    } else if (kind < 0.9) {
      this.#evict();
    } else {
      this.#tell('the browser wants a click');
      audio.playError = new DOMException('no click', 'NotAllowedError');
    }
  }

  /** The lid is closed, and opened again later. */
  #sleep(): void {
    const forMs = this.#moreDice.between(10_000, 3_600_000);
    this.#tell(`the machine sleeps for ${(forMs / 1000).toFixed()} s`);
    this.#session.world.clock.sleep(forMs);
  }

  /** A browser may drop what was played, on its own account. */
  #evict(): void {
    const { audio, sources } = this.#session.world;
    const buffer = sources.at(-1)?.buffers[0];
    const index = buffer?.pieces.findIndex(({ end }) => end < audio.currentTime - 1) ?? -1;
    if (!buffer || index < 0) return;
    this.#tell('the browser drops a cluster that was played');
    buffer.pieces.splice(index, 1);
  }

  #endTrouble(): void {
    const { world, trouble, tracks } = this.#session;
    trouble.isOn = false;
    world.engine.isStopped = false;
    world.audio.playError = null;
    // What is gone stays so for the rest of this act only, or nothing would play at last.
    if (this.#dice.chance(0.5)) for (const { url } of tracks) world.engine.broken.delete(url);
  }

  async #rest(wanted: Wanted): Promise<void> {
    const { world, slowestMs } = this.#session;
    const heardBefore = world.audio.heard.length;
    const limitMs = 9000 + 14 * slowestMs;
    const beganMs = world.clock.nowMs();
    let isSettled = false;
    while (!isSettled && world.clock.nowMs() - beganMs < limitMs) {
      await this.#advance(100);
      isSettled = this.#isSettled(wanted, heardBefore);
    }
    if (!isSettled) {
      throw new Error(`no ${wanted} within ${limitMs.toFixed()} ms: ${this.#describe()}`);
    }
    const { dice, isFast } = { dice: this.#dice, isFast: slowestMs < 150 };
    const { underruns } = world.audio;
    await this.#advance(dice.between(1500, dice.chance(0.3) ? 9000 : 2500));
    if (this.#fault) throw this.#fault;
    const isOld = world.clock.nowMs() - this.#changedAtMs > 2500;
    checkShown(this.#session, isFast && isOld);
    checkLimits(this.#session);
    const ranDry = world.audio.underruns - underruns;
    if (isFast && ranDry > 0) throw new Error(`ran dry ${ranDry} times without any trouble`);
    checkHeard(this.#session, this.#moves, this.#checkedCount);
    this.#checkedCount = world.audio.heard.length;
    const { error } = world.state();
    if (error) this.#tell(`error: ${error.message}`);
    this.#mayFail = error !== null || world.engine.broken.size > 0;
  }

  #isSettled(wanted: Wanted, heardBefore: number): boolean {
    const { world } = this.#session;
    const { state, error, hasNext, track } = world.state();
    const hasSound = world.audio.heard.length - heardBefore >= SOUND_STEP_COUNT;
    if (state === 'error') {
      if (!this.#mayFail) throw new Error(`an error without a cause: ${error?.message ?? ''}`);
      return true;
    }
    if (!track || state === 'blocked') return true;
    if (state === 'ended') return wanted !== 'sound' || hasSound || !hasNext;
    if (state === 'paused') return wanted !== 'sound';
    if (wanted === 'silence') {
      if (state === 'playing') throw new Error('it plays, though a pause was wished for');
      return false;
    }
    return state === 'playing' && hasSound;
  }

  /** How things stand, for whoever looks for the cause. */
  #describe(): string {
    const { audio, player, sources, engine, state } = this.#session.world;
    const { state: shown, track, error, mode } = state();
    const source = sources.at(-1);
    const { buffered } = source?.buffers[0] ?? {};
    const ranges = Array.from({ length: buffered?.length ?? 0 }, (_, index) =>
      [buffered?.start(index), buffered?.end(index)].map((at) => at?.toFixed(3)).join('-'),
    );
    const commands = engine.commands.slice(-12).map((command) => {
      const epoch = 'epoch' in command ? `.${command.epoch}` : '';
      const chunk = 'chunk' in command ? ` ${command.chunk}` : '';
      return `${command.type} ${command.session}${epoch}${chunk}`;
    });
    return [
      `${mode} ${shown} ${track?.id ?? ''} ${error?.message ?? ''}`,
      `position ${player.positionSeconds}, media ${audio.currentTime}, ready ${audio.readyState}`,
      `seeking ${audio.seeking}, paused ${audio.paused}, source ${source?.readyState ?? 'none'}`,
      `holds ${ranges.join(' ')}`,
      `asked ${commands.join(', ')}`,
    ].join('\n  ');
  }

  async #advance(byMs: number): Promise<void> {
    await this.#session.world.clock.advance(byMs);
    if (this.#fault) throw this.#fault;
  }

  #tell(words: string): void {
    this.story.push(`${this.#session.world.clock.nowMs().toFixed()} ms: ${words}`);
  }
}

/** Throws a SessionFault where anything does not hold. */
export const simulateSession = async (seed: number): Promise<readonly string[]> => {
  const session = new Session(seed);
  await session.run();
  return session.story;
};
