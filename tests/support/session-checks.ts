/**
 * What must hold of a simulated session, whatever the listener does: of what is appended, of what
 * is heard, and of what is held. Each check throws with words on what it found.
 */
import type { Heard } from './fake-audio';
import { PROVISIONAL_TAG, settingsTag } from './fake-engine';
import { decodeSegments } from './fake-webm';
import { CLUSTER_BYTES, type SessionWorld } from './session-world';

/** A wish; the playhead may jump from then on, to any of these places. */
export type Move = { readonly atMs: number; readonly targets: readonly number[] };

const STEP_SECONDS = 0.01;
/** A whole microsecond at joins, and the sums of floating point. */
const DUST_SECONDS = 5e-6;
/** A seek of an element goes to a place exactly; what it plays comes in steps of 10 ms. */
const SEEK_SECONDS = 0.011;
/** How long before the last sound that was heard a wish may have come that moves the playhead. */
const MOVE_BEFORE_MS = 1500;
/** Sessions that a worker has room for. */
const SESSION_COUNT_MAX = 6;

const fail = (words: string): never => {
  throw new Error(words);
};

/** Nothing of an older epoch, or of a closed session, begins to be appended. */
export const checkAppend = ({ world }: Pick<SessionWorld, 'world'>, bytes: ArrayBuffer): void => {
  for (const { isInit, session, epoch } of decodeSegments(bytes)) {
    const newest = world.engine.newestEpochs.get(session) ?? 0;
    if (!isInit && epoch < newest) {
      fail(`session ${session}: appended epoch ${epoch}, though ${newest} was wished for`);
    }
  }
};

const urlOf = ({ world }: SessionWorld, session: number): string =>
  world.engine.commandsOf('open').find((open) => open.session === session)?.url ?? '';

const show = ({ session, trackTime, mediaTime, atMs }: Heard): string => {
  const media = `media ${mediaTime.toFixed(6)}, ${atMs.toFixed()} ms`;
  return `session ${session} at ${trackTime.toFixed(6)} (${media})`;
};

/** A jump of the playhead has a cause: a wish, or the end of a track that is not joined. */
const checkJump = (
  session: SessionWorld,
  moves: readonly Move[],
  before: Heard,
  after: Heard,
): void => {
  const url = urlOf(session, after.session);
  const [said, there] = [session.saidSeconds(url), session.thereSeconds(url)];
  const isAt = (target: number): boolean =>
    [target, Math.min(target, said - 0.1), Math.min(target, there - 0.1)].some(
      (place) => Math.abs(Math.max(0, place) - after.trackTime) <= SEEK_SECONDS,
    ) ||
    // Where a file ends is known to a chunk first, and then to the frame.
    (target > there - 0.1 && after.trackTime > there - 0.11);
  const wishes = moves.filter(
    ({ atMs }) => atMs >= before.atMs - MOVE_BEFORE_MS && atMs <= after.atMs,
  );
  const isWished = wishes.some(({ targets }) => targets.some(isAt));
  // Another track is to follow now, and of the one before that the browser has decoded a bit.
  const { readAheadSeconds } = session.world.audio;
  const isSnatch = wishes.length > 0 && before.trackTime < readAheadSeconds && isAt(0);
  const endSeconds = session.thereSeconds(urlOf(session, before.session));
  // A carried tail of up to 27 ms goes with the track that it was carried to.
  const hasEnded = before.trackTime >= endSeconds - 4 * STEP_SECONDS && isAt(0);
  if (!isWished && !isSnatch && !hasEnded) {
    fail(`a jump that nobody wished: ${show(before)}, then ${show(after)}`);
  }
};

/** Two steps that lie behind each other in media time do so in track time, too, or are a join. */
const checkStep = (
  session: SessionWorld,
  moves: readonly Move[],
  before: Heard,
  after: Heard,
): void => {
  const expected = before.trackTime + STEP_SECONDS;
  if (before.session === after.session) {
    if (Math.abs(after.trackTime - expected) > DUST_SECONDS) {
      fail(`a gap or an overlap: ${show(before)}, then ${show(after)}`);
    }
    return;
  }
  // The next track begins where this one ends, to the microsecond.
  const beyondEnd = expected - session.thereSeconds(urlOf(session, before.session));
  // Another MediaSource begins anew, and by chance where the one before was.
  if (Math.abs(beyondEnd - after.trackTime) > DUST_SECONDS)
    checkJump(session, moves, before, after);
};

/** What was heard from number `from` on is one line, but for jumps that were wished for. */
export const checkHeard = (session: SessionWorld, moves: readonly Move[], from: number): void => {
  const { heard } = session.world.audio;
  for (let index = Math.max(1, from); index < heard.length; index += 1) {
    const [before, after] = [heard[index - 1], heard[index]];
    if (!before || !after) continue;
    const isNext = Math.abs(after.mediaTime - before.mediaTime - STEP_SECONDS) < 1e-6;
    if (isNext) checkStep(session, moves, before, after);
    else checkJump(session, moves, before, after);
  }
};

/** What is held, when nothing was wished for a while. */
export const checkLimits = (session: SessionWorld): void => {
  const { world, limits } = session;
  const { player, audio, engine, sources } = world;
  const open = engine.commandsOf('open').map(({ session: number }) => number);
  const kept = open.filter((number) => engine.newestEpochs.get(number) !== Infinity);
  if (kept.length > SESSION_COUNT_MAX && engine.opened < 2)
    fail(`${kept.length} sessions are open`);
  if (engine.mostInFlight > 1) fail(`${engine.mostInFlight} renders of one session at a time`);
  const buffer = sources.at(-1)?.buffers[0];
  if (!buffer || world.state().mode === 'original') return;
  // A chunk is rendered as a whole; the join and its track behind it come with the next one.
  const aheadMax = limits.aheadSeconds + 2.6;
  const { buffered } = buffer;
  for (let index = 0; index < buffered.length; index += 1) {
    const [start, end] = [buffered.start(index), buffered.end(index)];
    const isHere = start <= audio.currentTime && audio.currentTime < end;
    const ahead = end - audio.currentTime;
    if (isHere && ahead > aheadMax) fail(`${ahead.toFixed(2)} s ahead, at most ${aheadMax}`);
  }
  const heldSeconds = buffer.pieces.reduce((sum, { start, end }) => sum + end - start, 0);
  // The step of removal, a chunk, and what a join leaves behind for a moment.
  const heldMax = aheadMax + limits.behindSeconds * 2 + 4 + 2 + 2.5;
  if (heldSeconds > heldMax) fail(`${heldSeconds.toFixed(2)} s are held, at most ${heldMax}`);
  const { bufferedBytes } = player.getStats();
  const bytesMax = (heldMax + 2) * 2 * CLUSTER_BYTES;
  if (bufferedBytes > bytesMax) fail(`${bufferedBytes} bytes are held, at most ${bytesMax}`);
};

/** What is heard is what the page shows: the track, the place in it, the settings. */
export const checkShown = (session: SessionWorld, isFast: boolean): void => {
  const { world } = session;
  const { player, audio } = world;
  const { state, track, settings, mode } = world.state();
  const last = audio.heard.at(-1);
  if (state !== 'playing' || !last || !track || mode === 'original') return;
  const atMs = world.clock.nowMs();
  if (atMs - last.atMs > 20) return;
  const url = urlOf(session, last.session);
  const remains = session.thereSeconds(url) - last.trackTime;
  // The page looks four times a second: around a join it may be behind.
  if (remains < 0.3 || last.trackTime < 0.3) return;
  if (url !== track.url) fail(`${url} is heard, ${track.url} is shown`);
  const { positionSeconds } = player;
  if (Math.abs(positionSeconds - last.trackTime) > 0.05) {
    fail(`${last.trackTime} is heard, ${positionSeconds} is shown`);
  }
  const shown = settingsTag(settings);
  if (isFast && last.tag !== shown && last.tag !== shown + PROVISIONAL_TAG) {
    fail(`tag ${last.tag} is heard, ${shown} is shown`);
  }
};
