/** On or off, the preset, how much of it, the level, and what the engine measured and does. */
import type { ReactElement } from 'react';
import { wantPlan } from '../engine/canonical-settings';
import { LEVELS, PRESETS, type Level, type Preset } from '../engine/engine-protocol';
import { ALBUM_TRACKS_MAX } from '../player/album-level';
import type { Player } from '../player/player';
import type { AlbumProgress, PlayerSnapshot } from '../player/player-types';
import { CompareButton } from './CompareButton';
import { Meters } from './Meters';
import { loudnessWords, reasonWords } from './plan-words';
import { SaveButton } from './SaveButton';
import { ToneCurve } from './ToneCurve';

const PRESET_NAMES: Readonly<Record<Preset, string>> = {
  adaptive: 'Adaptive',
  gentle: 'Gentle',
  warm: 'Warm',
  bright: 'Bright',
  punchy: 'Punchy',
};

const PRESET_HINTS: Readonly<Record<Preset, string>> = {
  adaptive: 'Fits itself to the track',
  gentle: 'Barely there',
  warm: 'Rounder and fuller',
  bright: 'Clear and open',
  punchy: 'Loud and lively',
};

const LEVEL_NAMES: Readonly<Record<Level, string>> = { off: 'Off', track: 'Track', album: 'Album' };

const LEVEL_HINTS: Readonly<Record<Level, string>> = {
  off: 'Each track as loud as it is',
  track: 'All tracks equally loud',
  album: 'All albums equally loud, each with its loud and quiet tracks',
};

/** Of what is not enhanced: it is only turned down. */
const ORIGINAL_LEVEL_HINTS: Readonly<Record<Level, string>> = {
  off: 'Each track as loud as it is',
  track: 'Loud tracks no louder than enhanced',
  album: 'Loud albums no louder than enhanced, each with its loud and quiet tracks',
};

type Props = { readonly player: Player; readonly snapshot: PlayerSnapshot };

const PresetPicker = ({ player, snapshot: { settings } }: Props): ReactElement => (
  <div className="presets" role="radiogroup" aria-label="Preset">
    {PRESETS.map((preset) => (
      <label key={preset} className="preset" title={PRESET_HINTS[preset]}>
        <input
          type="radio"
          name="preset"
          value={preset}
          checked={settings.preset === preset}
          disabled={!settings.enhanced}
          onChange={() => player.setSettings({ preset })}
        />
        <span>{PRESET_NAMES[preset]}</span>
      </label>
    ))}
  </div>
);

const IntensitySlider = ({ player, snapshot: { settings } }: Props): ReactElement => {
  const percent = Math.round(settings.intensity * 100);
  return (
    <label className="intensity">
      <span className="label">Intensity</span>
      <input
        type="range"
        min={0}
        max={100}
        step={1}
        value={percent}
        disabled={!settings.enhanced}
        aria-label="Intensity"
        aria-valuetext={`${percent} percent`}
        style={{ '--fill': `${percent}%` } as React.CSSProperties}
        onChange={(event) => player.setSettings({ intensity: Number(event.target.value) / 100 })}
      />
      <output className="value">{percent}%</output>
    </label>
  );
};

const LevelPicker = ({ player, snapshot: { settings } }: Props): ReactElement => (
  <div className="level">
    <span className="label" id="level-label">
      Level
    </span>
    <div className="presets" role="radiogroup" aria-labelledby="level-label">
      {LEVELS.map((level) => (
        <label
          key={level}
          className="preset"
          title={(settings.enhanced ? LEVEL_HINTS : ORIGINAL_LEVEL_HINTS)[level]}
        >
          <input
            type="radio"
            name="level"
            value={level}
            checked={settings.level === level}
            onChange={() => player.setSettings({ level })}
          />
          <span>{LEVEL_NAMES[level]}</span>
        </label>
      ))}
    </div>
  </div>
);

/** What stands in the way of the album's level; null: nothing. */
const albumNote = (album: AlbumProgress | null): string | null => {
  if (album === null || album.state === 'measured') return null;
  const { state, doneCount, count } = album;
  return state === 'measuring'
    ? `Measuring the album, ${doneCount} of ${count}; by track until then.`
    : `${count} tracks are too many to measure (${ALBUM_TRACKS_MAX} at most); by track.`;
};

const MEASURING = 'Measuring the rest of the track; the sound settles by itself.';

/** The line of what is done to the loudness, and below it what there is to remark. */
const PlanLine = ({ snapshot }: { readonly snapshot: PlayerSnapshot }): ReactElement => {
  const { plan, isProvisional, mode, settings, album } = snapshot;
  if (mode === 'original') return <p className="plan">Original file</p>;
  const hasPlan = plan !== null && wantPlan(settings);
  if (!settings.enhanced && !hasPlan) return <p className="plan">Not enhanced</p>;
  const note = isProvisional ? MEASURING : albumNote(album);
  const reason = plan && settings.compare !== 'original' ? reasonWords(plan) : '';
  return (
    <p className="plan">
      <span className="loudness" data-testid="loudness">
        {plan && loudnessWords(plan, settings)}
      </span>
      <span className="plan-note">{note ?? reason}</span>
    </p>
  );
};

export const EnhancementPanel = ({ player, snapshot }: Props): ReactElement => {
  const { plan, mode, settings } = snapshot;
  const { enhanced } = settings;
  return (
    <div className={`enhancement${enhanced ? '' : ' off'}`} role="group" aria-label="Enhancement">
      <div className="enhancement-row">
        <button
          type="button"
          className="switch"
          role="switch"
          aria-checked={enhanced}
          onClick={() => player.setSettings({ enhanced: !enhanced, compare: 'off' })}
        >
          <span className="switch-track">
            <span className="switch-knob" />
          </span>
          Enhanced
        </button>
        <PresetPicker player={player} snapshot={snapshot} />
        <IntensitySlider player={player} snapshot={snapshot} />
        <LevelPicker player={player} snapshot={snapshot} />
      </div>
      <div className="enhancement-row">
        <CompareButton player={player} snapshot={snapshot} />
        <Meters player={player} snapshot={snapshot} />
        {plan && enhanced && mode === 'enhanced' && <ToneCurve toneDb={plan.toneDb} />}
        <PlanLine snapshot={snapshot} />
        <SaveButton player={player} snapshot={snapshot} />
      </div>
    </div>
  );
};
