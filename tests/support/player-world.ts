/** A player with everything around it faked and virtual, ready to be played with. */
import { EngineClient } from '../../web/src/engine/engine-client';
import type { EnhancementSettings } from '../../web/src/engine/engine-protocol';
import type { BufferLimits } from '../../web/src/player/limits';
import type { JoinMode } from '../../web/src/player/join-mode';
import type { FindElementUrl, Presence } from '../../web/src/player/original-file';
import { Player } from '../../web/src/player/player';
import type { PlayerSnapshot, PlayerTrack } from '../../web/src/player/player-types';
import { FakeEngine, type FakeEngineOptions } from './fake-engine';
import type { FakeAudio } from './fake-audio';
import { createFakeMedia, type FakeMediaSource, type FakeSourceBuffer } from './fake-media';
import { SimClock } from './sim-clock';

export const ADAPTIVE: EnhancementSettings = {
  enhanced: true,
  preset: 'adaptive',
  intensity: 1,
  level: 'track',
  albumLoudnessLufs: null,
  compare: 'off',
};

export const makeTrack = (id: string): PlayerTrack => ({
  id,
  url: `/api/player/stream/${id}`,
  title: `Title ${id}`,
  artist: 'Artist',
  album: 'Album',
  albumArtist: 'Artist',
  albumId: null,
  durationSeconds: 0,
  artworkUrl: null,
});

export type World = {
  readonly clock: SimClock;
  readonly audio: FakeAudio;
  readonly engine: FakeEngine;
  readonly client: EngineClient;
  readonly player: Player;
  readonly sources: readonly FakeMediaSource[];
  /** The SourceBuffer of the tracks that play now. */
  buffer(): FakeSourceBuffer;
  state(): PlayerSnapshot;
};

export type WorldOptions = Partial<FakeEngineOptions> & {
  readonly limits?: BufferLimits;
  /** Hears of each SourceBuffer, before anything is in it. */
  readonly onBuffer?: (buffer: FakeSourceBuffer) => void;
  /** 1 unless told otherwise. */
  readonly shuffleSeed?: number;
  readonly mediaLatencyMs?: () => number;
  readonly hasMse?: boolean;
  /** How the browser joins tracks; `lead` unless told otherwise. */
  readonly joins?: JoinMode;
  /** How long it takes to find that out; 0 unless told otherwise. */
  readonly joinTestMs?: number;
  /** What the server says of a track; `there` unless told otherwise. */
  readonly presence?: (url: string) => Presence;
  readonly findElementUrl?: FindElementUrl;
};

export const createWorld = (options: WorldOptions = {}): World => {
  const clock = new SimClock();
  const { audio, platform, sources } = createFakeMedia(
    clock,
    options.mediaLatencyMs ?? (() => 2),
    options.onBuffer,
  );
  const engine = new FakeEngine(clock, {
    durationSeconds: options.durationSeconds ?? 120.25,
    latencyMs: options.latencyMs ?? (() => 1),
    clusterMs: options.clusterMs ?? (() => 20),
    ...(options.actualSeconds === undefined ? {} : { actualSeconds: options.actualSeconds }),
    ...(options.clusterBytes === undefined ? {} : { clusterBytes: options.clusterBytes }),
    ...(options.measureMs === undefined ? {} : { measureMs: options.measureMs }),
    ...(options.isSlowLink === undefined ? {} : { isSlowLink: options.isSlowLink }),
    ...(options.loudnessLufs === undefined ? {} : { loudnessLufs: options.loudnessLufs }),
  });
  const client = new EngineClient(engine.openPort);
  const player = new Player({
    audio: audio as unknown as HTMLAudioElement,
    engine: client,
    platform: options.hasMse === false ? null : platform,
    clock,
    cutsInsidePackets: async () => {
      const { joinTestMs } = options;
      if (joinTestMs) await new Promise<void>((done) => clock.setTimeout(done, joinTestMs));
      return (options.joins ?? 'lead') === 'lead';
    },
    wholePacketJoins: options.joins ?? 'none',
    findPresence: (url) => Promise.resolve(options.presence?.(url) ?? 'there'),
    ...(options.findElementUrl ? { findElementUrl: options.findElementUrl } : {}),
    settings: ADAPTIVE,
    shuffleSeed: options.shuffleSeed ?? 1,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  const buffer = (): FakeSourceBuffer => {
    const found = sources.at(-1)?.buffers[0];
    if (!found) throw new Error('nothing is open');
    return found;
  };
  return { clock, audio, engine, client, player, sources, buffer, state: player.getSnapshot };
};

/** What was heard is one line: every step follows the one before it. Returns the jumps. */
export const findJumps = (audio: FakeAudio): { readonly from: number; readonly to: number }[] => {
  const jumps = [];
  for (let i = 1; i < audio.heard.length; i += 1) {
    const from = audio.heard[i - 1]?.mediaTime ?? 0;
    const to = audio.heard[i]?.mediaTime ?? 0;
    if (Math.abs(to - from - 0.01) > 1e-6) jumps.push({ from, to });
  }
  return jumps;
};
