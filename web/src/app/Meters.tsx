/** Small meters of what each stage of the chain does right now. */
import { useRef, useState, type ReactElement } from 'react';
import { STAGES, type PlanSummary, type Stage } from '../engine/engine-protocol';
import type { Player } from '../player/player';
import type { PlayerSnapshot } from '../player/player-types';
import { formatDecibels } from './format';
import { useStageGains } from './use-stage-gains';

const NAMES: Readonly<Record<Stage, string>> = {
  low: 'Bass',
  mid: 'Middle',
  high: 'Treble',
  deess: '“S”',
  transient: 'Hits',
  clip: 'Peaks',
  limiter: 'Limiter',
};

/** The others are shown once they have done something under the present plan. */
const ALWAYS: readonly Stage[] = ['low', 'mid', 'high', 'limiter'];
/** No stage does more, but for a limiter at its utmost. */
const RANGE_DB = 6;

const Meter = ({
  stage,
  gainDb,
}: {
  readonly stage: Stage;
  readonly gainDb: number;
}): ReactElement => {
  const amount = Math.min(RANGE_DB, Math.abs(gainDb));
  return (
    <div
      className="meter"
      role="meter"
      aria-label={NAMES[stage]}
      aria-valuemin={0}
      aria-valuemax={RANGE_DB}
      aria-valuenow={amount}
      aria-valuetext={`${formatDecibels(gainDb, true)} decibels`}
    >
      <span className="meter-name">{NAMES[stage]}</span>
      <span className="meter-rail">
        <span className="meter-fill" style={{ transform: `scaleX(${amount / RANGE_DB})` }} />
      </span>
      <span className="meter-value">{formatDecibels(gainDb, true)}</span>
    </div>
  );
};

type Used = { readonly plan: PlanSummary | null; readonly stages: readonly Stage[] };

type Props = { readonly player: Player; readonly snapshot: PlayerSnapshot };

export const Meters = ({ player, snapshot }: Props): ReactElement => {
  const { plan, state, mode, settings } = snapshot;
  const element = useRef<HTMLDivElement>(null);
  const isRunning = state === 'playing' && mode === 'enhanced' && settings.enhanced;
  const gains = useStageGains(player, isRunning, element);
  const [used, setUsed] = useState<Used>({ plan, stages: ALWAYS });
  const before = used.plan === plan ? used.stages : ALWAYS;
  const shown = STAGES.filter((stage, at) => before.includes(stage) || (gains[at] ?? 0) !== 0);
  if (used.plan !== plan || shown.length > before.length) setUsed({ plan, stages: shown });
  return (
    <div
      className="meters"
      role="group"
      aria-label="What the stages do now, in decibels"
      ref={element}
    >
      {shown.map((stage) => (
        <Meter key={stage} stage={stage} gainDb={gains[STAGES.indexOf(stage)] ?? 0} />
      ))}
    </div>
  );
};
