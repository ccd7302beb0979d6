/** What the plan does to the tone, as a small curve from 25 Hz to 16 kHz. */
import type { ReactElement } from 'react';
import { toneWords } from './plan-words';

const WIDTH = 112;
const HEIGHT = 32;
const RANGE_DB = 6;

const pathOf = (toneDb: readonly number[]): string =>
  toneDb
    .map((gainDb, index) => {
      const x = (index / (toneDb.length - 1)) * WIDTH;
      const within = Math.min(1, Math.max(-1, gainDb / RANGE_DB));
      const y = (1 - within) * (HEIGHT / 2 - 1) + 1;
      return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');

export const ToneCurve = ({ toneDb }: { readonly toneDb: readonly number[] }): ReactElement => (
  <svg
    className="tone-curve"
    viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
    role="img"
    aria-label={toneWords(toneDb)}
  >
    <title>{toneWords(toneDb)}</title>
    <path className="tone-zero" d={`M0 ${HEIGHT / 2}H${WIDTH}`} />
    <path className="tone-gain" d={pathOf(toneDb)} />
  </svg>
);
