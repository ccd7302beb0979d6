/**
 * The loudness of an album: that of its loudest track (AES TD1008, 2021), so that no track leaves
 * its place among the others. Tracks that are not known yet are measured by the engine, one at a
 * time, in the background.
 */
import type { EngineClient } from '../engine/engine-client';
import type { EnhancementSettings, PlanSummary } from '../engine/engine-protocol';
import { BoundedMap } from '../shared/bounded-map';
import { PlayerError } from '../shared/errors';
import type { ChunkIndex } from '../shared/units';
import type { AlbumProgress, PlayerTrack } from './player-types';
import type { TrackProfiles } from './track-profiles';

export const ALBUM_TRACKS_MAX = 40;

/** Far more than an album has: what is forgotten is measured in vain once more. */
export const FAILED_TRACKS_MAX = 1000;

/** The plan is of no interest here; but what is not enhanced is not measured. */
const MEASURING: EnhancementSettings = {
  enhanced: true,
  preset: 'adaptive',
  intensity: 1,
  level: 'track',
  albumLoudnessLufs: null,
  compare: 'off',
};

export type AlbumLevelOptions = {
  readonly engine: EngineClient;
  readonly profiles: TrackProfiles;
  /** Whether the track that plays can do without the engine and the network for a while. */
  readonly hasTime: () => boolean;
  /** `progress` or `loudnessLufs` is another one now. */
  readonly onChange: () => void;
};

const albumArtistOf = ({ albumArtist, artist }: PlayerTrack): string => albumArtist || artist;

/** Whether two tracks name the same album. */
export const areOfOneAlbum = (a: PlayerTrack, b: PlayerTrack): boolean =>
  a.album !== '' && a.album === b.album && albumArtistOf(a) === albumArtistOf(b);

/**
 * The tracks of `track`'s album among `known`; itself alone when it names no album. Many files
 * name no album artist: then albums of one name are told apart by the artist.
 */
export const albumOf = (
  track: PlayerTrack,
  known: readonly PlayerTrack[],
): readonly PlayerTrack[] => {
  const others = known.filter((other) => other.id !== track.id && areOfOneAlbum(other, track));
  // Its own session measures the track that plays, most likely before it is its turn here.
  return [...others, track];
};

export class AlbumLevel {
  readonly #options: AlbumLevelOptions;
  /** Of an album that is not too large. */
  #urls: readonly string[] = [];
  #count = 0;
  /** Could not be measured; the album is as loud as the others are. */
  readonly #failed = new BoundedMap<string, true>(FAILED_TRACKS_MAX);
  #measuring: { readonly url: string; readonly session: number } | null = null;

  constructor(options: AlbumLevelOptions) {
    this.#options = options;
  }

  /** null: no album is followed. */
  get progress(): AlbumProgress | null {
    const count = this.#count;
    if (count === 0) return null;
    if (count > ALBUM_TRACKS_MAX) return { state: 'too-many', doneCount: 0, count };
    const doneCount = count - this.#missing.length;
    return { state: doneCount < count ? 'measuring' : 'measured', doneCount, count };
  }

  /** null as long as not all that can be known is known. */
  get loudnessLufs(): number | null {
    if (this.progress?.state !== 'measured') return null;
    const known = this.#urls.flatMap((url) => this.#options.profiles.get(url) ?? []);
    return known.length === 0 ? null : Math.max(...known.map(({ loudnessLufs }) => loudnessLufs));
  }

  /** From now on this album; no tracks: none. */
  follow(tracks: readonly PlayerTrack[]): void {
    this.#count = tracks.length;
    this.#urls = tracks.length > ALBUM_TRACKS_MAX ? [] : tracks.map(({ url }) => url);
    if (this.#measuring && !this.#missing.includes(this.#measuring.url)) this.#stop();
  }

  /** Measures the next track if it is time to. Cheap; call it now and then. */
  tick(): void {
    if (this.#measuring || !this.#options.hasTime()) return;
    const [url] = this.progress?.state === 'measuring' ? this.#missing : [];
    if (url !== undefined) this.#measure(url);
  }

  get #missing(): readonly string[] {
    return this.#urls.filter(
      (url) => this.#options.profiles.get(url) === null && !this.#failed.has(url),
    );
  }

  #measure(url: string): void {
    const { engine, profiles } = this.#options;
    let plan: PlanSummary | null = null;
    const session = engine.createSession((event) => {
      if (event.event === 'plan') ({ plan } = event);
    });
    const measuring = { url, session };
    this.#measuring = measuring;
    const firstChunk = 0 as ChunkIndex;
    const opened = engine.call<'open'>({
      type: 'open',
      session,
      epoch: 0,
      url,
      settings: MEASURING,
      firstChunk,
      purpose: 'measure',
      rank: 'measuring',
      profile: null,
    });
    // Answered when the plan is made.
    const planned = engine.call<'render'>({ type: 'render', session, epoch: 0, chunk: firstChunk });
    void Promise.allSettled([opened, planned]).then((outcomes) => {
      if (this.#measuring !== measuring) return;
      this.#stop();
      const isGone = outcomes.some(
        (outcome) =>
          outcome.status === 'rejected' &&
          outcome.reason instanceof PlayerError &&
          outcome.reason.code === 'aborted',
      );
      if (plan) profiles.set(url, plan);
      else if (!isGone) this.#failed.set(url, true);
      this.#options.onChange();
      this.tick();
    });
  }

  #stop(): void {
    const session = this.#measuring?.session;
    this.#measuring = null;
    if (session === undefined) return;
    // A worker that is gone has closed it, too.
    this.#options.engine.call({ type: 'close', session }).catch(() => undefined);
  }
}
