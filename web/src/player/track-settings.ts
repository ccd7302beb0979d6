/**
 * What each track is rendered with: the listener's settings, the loudness of the album that plays
 * where that is wanted and known, and what was measured of the track before. Knows nothing of
 * playback.
 */
import type { EngineClient } from '../engine/engine-client';
import type { EnhancementSettings, PlanSummary } from '../engine/engine-protocol';
import { OUTPUT_RATE_HZ, type ChunkIndex } from '../shared/units';
import { AlbumLevel, albumOf, areOfOneAlbum } from './album-level';
import { OriginalGains } from './original-gains';
import type { PlayerOptions, PlayerSnapshot, PlayerTrack } from './player-types';
import type { SnapshotStore } from './snapshot-store';
import { TrackProfiles } from './track-profiles';
import type { TrackSource } from './track-source';

export type TrackSettingsOptions = {
  readonly engine: EngineClient;
  readonly firstPlan: NonNullable<PlayerOptions['firstPlan']>;
  readonly store: SnapshotStore;
  /** Whether the track that plays can do without the engine and the network for a while. */
  readonly hasTime: () => boolean;
  /** What tracks are to be rendered with is another now. */
  readonly onChange: () => void;
};

export class TrackSettings {
  readonly #options: TrackSettingsOptions;
  readonly #profiles = new TrackProfiles();
  readonly #originalGains = new OriginalGains();
  readonly #album: AlbumLevel;
  #albumTracks: readonly PlayerTrack[] = [];

  constructor(options: TrackSettingsOptions) {
    const { engine, hasTime } = options;
    this.#options = options;
    this.#album = new AlbumLevel({
      engine,
      profiles: this.#profiles,
      hasTime,
      onChange: () => this.#onAlbum(),
    });
  }

  /** The album of the track that plays, as far as the library tells it. */
  setAlbum(tracks: readonly PlayerTrack[]): void {
    this.#albumTracks = tracks;
    this.#withAlbum(this.#snapshot.settings, this.#snapshot.track);
    this.#onAlbum();
  }

  /** What the listener changes. */
  change(change: Partial<EnhancementSettings>): void {
    const { settings, track } = this.#snapshot;
    const changed = this.#withAlbum({ ...settings, ...change }, track);
    this.#options.store.update({ settings: changed, album: this.#album.progress });
    this.#album.tick();
    this.#options.onChange();
  }

  /** What the snapshot shows when another track is shown: it is compared with nothing. */
  showing(track: PlayerTrack): Pick<PlayerSnapshot, 'settings' | 'album'> {
    const settings = this.#withAlbum({ ...this.#snapshot.settings, compare: 'off' }, track);
    return { settings, album: this.#album.progress };
  }

  /** What the track that is heard is rendered with, or another one would be. */
  of(track: PlayerTrack): EnhancementSettings {
    const { settings, track: heard } = this.#snapshot;
    if (track.id === heard?.id) return settings;
    const isOfAlbum = heard !== null && areOfOneAlbum(track, heard);
    const albumLoudnessLufs = isOfAlbum ? settings.albumLoudnessLufs : null;
    return { ...settings, compare: 'off', albumLoudnessLufs };
  }

  /** The chunk that is rendered first is guessed from the track's last opening. */
  sourceOf(track: PlayerTrack, startSeconds = 0): TrackSource {
    const profile = this.#profiles.get(track.url)?.profile ?? null;
    const { info, track: shown } = this.#snapshot;
    const isKnown = info !== null && shown?.id === track.id;
    const chunk = isKnown ? Math.floor((startSeconds * OUTPUT_RATE_HZ) / info.chunkFrames) : 0;
    const { firstPlan } = this.#options;
    const firstChunk = chunk as ChunkIndex;
    return { track, startSeconds, firstChunk, profile, firstPlan, settings: this.of(track) };
  }

  /** What the track's file is turned down by where it plays itself, <= 0; 0: nothing says so. */
  originalGainDb(track: PlayerTrack): number {
    return this.#originalGains.gainDb(track.url, this.of(track));
  }

  /** The engine has measured the whole track. */
  learn(track: PlayerTrack, plan: PlanSummary): void {
    this.#originalGains.learn(track.url, this.of(track), plan);
    if (plan.profile === this.#profiles.get(track.url)?.profile) return;
    this.#profiles.set(track.url, plan);
    this.#onAlbum();
  }

  /** What was measured of it was of another file. */
  forget(track: PlayerTrack): void {
    this.#profiles.delete(track.url);
    this.#originalGains.forget(track.url);
  }

  /** Measures what is missing of the album if it is time to. Cheap; call it now and then. */
  tick(): void {
    this.#album.tick();
  }

  get #snapshot(): PlayerSnapshot {
    return this.#options.store.snapshot;
  }

  /** With the loudness of the album that plays, where it is wanted and known. */
  #withAlbum(settings: EnhancementSettings, track: PlayerTrack | null): EnhancementSettings {
    this.#album.follow(
      settings.level === 'album' && track ? albumOf(track, this.#albumTracks) : [],
    );
    return { ...settings, albumLoudnessLufs: this.#album.loudnessLufs };
  }

  #onAlbum(): void {
    const { loudnessLufs, progress } = this.#album;
    this.#options.store.update({ album: progress });
    if (loudnessLufs !== this.#snapshot.settings.albumLoudnessLufs) this.change({});
  }
}
