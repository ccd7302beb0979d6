/** What names of files tell: whether they are audio, and their order. Pure. */
import { CONTAINER_FACTS } from '../../shared/vocabulary';

/**
 * What the engine plays, and what else is known to hold audio: the browser may play that as it is,
 * else the listener hears why not.
 */
const OTHER_EXTENSIONS =
  'aac aif aifc aiff ape caf dff dsf m4a m4b mka mp2 oga ogg opus w64 weba wma wv'.split(' ');
const EXTENSIONS: ReadonlySet<string> = new Set([
  ...Object.values(CONTAINER_FACTS).flatMap(({ extensions }) => extensions),
  ...OTHER_EXTENSIONS,
]);

/** For the browser's dialogue. */
export const AUDIO_EXTENSIONS: readonly string[] = [...EXTENSIONS].map((name) => `.${name}`);

/** `type`: as the browser tells it; may be empty. */
export const isAudio = (name: string, type: string): boolean =>
  EXTENSIONS.has(/\.([^.]+)$/.exec(name.toLowerCase())?.[1] ?? '') || type.startsWith('audio/');

/** `.DS_Store`, `._song.mp3`: nobody means these. */
export const isHidden = (name: string): boolean => name.startsWith('.');

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** 2 before 10, whatever the case; never 0 for different names. */
export const compareNames = (a: string, b: string): number =>
  collator.compare(a, b) || (a < b ? -1 : Number(a > b));
