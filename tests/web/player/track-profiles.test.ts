import { describe, expect, it } from '@jest/globals';
import { TRACK_COUNT_MAX, TrackProfiles } from '../../../web/src/player/track-profiles';

describe('TrackProfiles', () => {
  it('keeps what was measured of the latest tracks, and no more', () => {
    const profiles = new TrackProfiles();
    for (let track = 0; track <= TRACK_COUNT_MAX; track += 1) {
      profiles.set(`/track/${track}`, { profile: `profile ${track}`, loudnessLufs: -track });
    }
    expect(profiles.get('/track/0')).toBeNull();
    expect(profiles.get('/track/1')).toEqual({ profile: 'profile 1', loudnessLufs: -1 });
    expect(profiles.get(`/track/${TRACK_COUNT_MAX}`)?.loudnessLufs).toBe(-TRACK_COUNT_MAX);
  });
});
