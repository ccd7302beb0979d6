/** On or off, the preset, how much of it, and what the engine measured and does. */
import type { ReactElement } from 'react';
import { PRESETS, type PlanSummary, type Preset } from '../engine/engine-protocol';
import type { Player } from '../player/player';
import type { PlayerSnapshot } from '../player/player-types';
import { formatDecibels } from './format';

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

const describe = (plan: PlanSummary): string => {
  const reached = plan.loudnessLufs + plan.gainDb;
  const gain = formatDecibels(plan.gainDb, true);
  return `${formatDecibels(plan.loudnessLufs)} → ${formatDecibels(reached)} LUFS, ${gain} dB`;
};

const LoudnessLine = ({ snapshot }: { readonly snapshot: PlayerSnapshot }): ReactElement => {
  const { plan, mode, settings } = snapshot;
  if (mode === 'original') return <span className="loudness">Original file</span>;
  if (!settings.enhanced) return <span className="loudness">Not enhanced</span>;
  if (!plan) return <span className="loudness" aria-hidden="true" />;
  const capped =
    plan.shortfallLu > 0.05
      ? `Stays ${formatDecibels(plan.shortfallLu)} LU below its target to keep the peaks clean.`
      : `Aims at ${formatDecibels(plan.targetLufs)} LUFS.`;
  return (
    <span className="loudness" data-testid="loudness" title={capped}>
      {describe(plan)}
    </span>
  );
};

export const EnhancementPanel = ({ player, snapshot }: Props): ReactElement => {
  const { enhanced } = snapshot.settings;
  return (
    <div className={`enhancement${enhanced ? '' : ' off'}`} role="group" aria-label="Enhancement">
      <button
        type="button"
        className="switch"
        role="switch"
        aria-checked={enhanced}
        onClick={() => player.setSettings({ enhanced: !enhanced })}
      >
        <span className="switch-track">
          <span className="switch-knob" />
        </span>
        Enhanced
      </button>
      <PresetPicker player={player} snapshot={snapshot} />
      <IntensitySlider player={player} snapshot={snapshot} />
      <LoudnessLine snapshot={snapshot} />
    </div>
  );
};
