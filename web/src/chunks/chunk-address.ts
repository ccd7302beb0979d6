/**
 * What an address of enhanced sound asks for:
 *
 *   /api/player/stream_chunk/{track}/{index}    2 s of it, for Media Source Extensions
 *   /api/player/stream_chunk/{track}/init       what is appended before any chunk
 *   /api/player/stream_chunk/{track}/metadata   how long it is, and of what kind
 *   /api/player/stream_chunk/{track}/full       all of it, as one file
 *
 * with the settings in the query, which have the defaults of the command line. Pure.
 */
import type { EnhancementSettings } from '../engine/engine-protocol';
import { CHUNK_ADDRESSES } from '../shared/player-addresses';
import type { ChunkIndex } from '../shared/units';
import { LEVELS, PRESETS } from '../shared/vocabulary';
import { ProblemError } from './problem';

export type ChunkAddress = { readonly track: string; readonly settings: EnhancementSettings } & (
  | { readonly part: 'init' | 'metadata' | 'full' }
  | { readonly part: 'chunk'; readonly index: ChunkIndex }
);

/** Of an album's loudest track, LUFS: nothing that is heard lies outside. */
const ALBUM_LUFS_MIN = -70;
const ALBUM_LUFS_MAX = 10;

const bad = (message: string): ProblemError => new ProblemError(400, 'bad_request', message);

const oneOf = <Name extends string>(
  query: URLSearchParams,
  parameter: string,
  names: readonly Name[],
  unsaid: Name,
): Name => {
  const text = query.get(parameter);
  const name = names.find((candidate) => candidate === (text ?? unsaid));
  if (name !== undefined) return name;
  throw bad(`${parameter} has to be one of ${names.join(', ')}, not "${text ?? ''}".`);
};

/** Null: it is not said. */
const numberIn = (
  query: URLSearchParams,
  parameter: string,
  min: number,
  max: number,
): number | null => {
  const text = query.get(parameter);
  if (text === null) return null;
  const value = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw bad(`${parameter} has to be a number from ${min} to ${max}, not "${text}".`);
};

const readSettings = (query: URLSearchParams): EnhancementSettings => {
  const said = oneOf(query, 'enhanced', ['true', 'false', '1', '0'], 'true');
  const enhanced = said === 'true' || said === '1';
  const level = oneOf(query, 'level', LEVELS, enhanced ? 'track' : 'off');
  const albumLoudnessLufs = numberIn(query, 'album_loudness', ALBUM_LUFS_MIN, ALBUM_LUFS_MAX);
  if ((level === 'album') !== (albumLoudnessLufs !== null)) {
    throw bad('level=album and album_loudness (of its loudest track, LUFS) go together.');
  }
  return {
    enhanced,
    preset: oneOf(query, 'preset', PRESETS, 'adaptive'),
    intensity: numberIn(query, 'intensity', 0, 1) ?? 1,
    level,
    albumLoudnessLufs,
    compare: 'off',
  };
};

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    throw bad('The address is not a valid path.');
  }
};

/** Throws a ProblemError for what has no meaning. */
export const readChunkAddress = ({ pathname, searchParams }: URL): ChunkAddress => {
  const rest = pathname.startsWith(CHUNK_ADDRESSES) ? pathname.slice(CHUNK_ADDRESSES.length) : '';
  const [id = '', part = '', ...more] = rest.split('/');
  if (id === '' || part === '' || more.length > 0) {
    throw new ProblemError(404, 'not_found', 'There is no such resource in this API.');
  }
  const common = { track: decoded(id), settings: readSettings(searchParams) };
  if (part === 'init' || part === 'metadata' || part === 'full') return { ...common, part };
  const index = /^\d{1,15}$/.test(part) ? Number(part) : null;
  if (index === null) {
    throw bad(
      `A chunk is asked for by its number from 0 on, or init, metadata, full: not ${part}.`,
    );
  }
  return { ...common, part: 'chunk', index: index as ChunkIndex };
};
