/** How numbers are shown to people. */

/** 75.4 -> "1:15"; 3675 -> "1:01:15". */
export const formatTime = (timeSeconds: number): string => {
  const whole = Number.isFinite(timeSeconds) ? Math.max(0, Math.floor(timeSeconds)) : 0;
  const pad = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0
    ? `${hours}:${pad(minutes)}:${pad(whole % 60)}`
    : `${minutes}:${pad(whole % 60)}`;
};

/** What stands for the length of a track that nobody knows yet. */
export const UNKNOWN_TIME = '–:––';

/** As formatTime, for the length of a track: 0 and whatever is no number mean "not known". */
export const formatDuration = (durationSeconds: number): string =>
  isKnownDuration(durationSeconds) ? formatTime(durationSeconds) : UNKNOWN_TIME;

/** A live stream's Infinity is no length either. */
export const isKnownDuration = (durationSeconds: number): boolean =>
  Number.isFinite(durationSeconds) && durationSeconds > 0;

/** One decimal with the true minus sign; `signed` also shows the plus. */
export const formatDecibels = (value: number, signed = false): string => {
  const text = Math.abs(value).toFixed(1);
  if (text === '0.0') return text;
  return value < 0 ? `\u2212${text}` : `${signed ? '+' : ''}${text}`;
};

/** "Nov 30, 2026, 9:05 AM", by the listener's clock. */
export const formatMoment = (timeMs: number): string =>
  new Date(timeMs).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' });

/** What is known of something, in one line; what is empty is left out. */
export const joinFacts = (facts: readonly string[]): string =>
  facts.filter((fact) => fact !== '').join(' · ');

/** Messages of the engine are clauses; people get sentences. */
export const sentence = (clause: string): string => {
  const text = clause.trim();
  const first = text.charAt(0).toLocaleUpperCase('en');
  return text === '' ? '' : `${first}${text.slice(1)}${/[.!?…]$/u.test(text) ? '' : '.'}`;
};

const BYTE_UNITS = ['kB', 'MB', 'GB', 'TB'] as const;

/** 31,457,280 -> "31 MB"; units of thousands, as of disks. */
export const formatBytes = (bytes: number): string => {
  let value = Math.max(0, bytes) / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = value >= 9.95 || unit === 0 ? 0 : 1;
  const amount = value.toLocaleString('en', { maximumFractionDigits: digits });
  return `${amount} ${BYTE_UNITS[unit] ?? ''}`;
};
