/** Made by tools/vocabulary/generate.mjs from engine/base/vocabulary.h: change that. */

/** Kinds of files that the engine plays. */
export const CONTAINERS = [
  'wav',
  'flac',
  'mp3',
] as const;
export type Container = (typeof CONTAINERS)[number];

/** How the audio inside them is coded. */
export const CODECS = [
  'pcm',
  'pcm-float',
  'flac',
  'mp3',
] as const;
export type Codec = (typeof CODECS)[number];

/** Their places are what setEnhancement() takes. */
export const PRESETS = [
  'adaptive',
  'gentle',
  'warm',
  'bright',
  'punchy',
] as const;
export type Preset = (typeof PRESETS)[number];

/** What the loudness is brought to. */
export const LEVELS = [
  'off',
  'track',
  'album',
] as const;
export type Level = (typeof LEVELS)[number];

/** For a comparison by ear. */
export const COMPARES = [
  'off',
  'enhanced',
  'original',
] as const;
export type Compare = (typeof COMPARES)[number];

/** Stages that tell what they did, in the order of their values. */
export const STAGES = [
  'low',
  'mid',
  'high',
  'deess',
  'transient',
  'clip',
  'limiter',
] as const;
export type Stage = (typeof STAGES)[number];

/** Why a plan stays below its target. */
export const GAIN_LIMITS = [
  'none',
  'silence',
  'too-short',
  'gain-max',
  'limiter-cap',
  'crest-cap',
  'down-only',
  'ceiling',
] as const;
export type GainLimit = (typeof GAIN_LIMITS)[number];

/** What can be done about a failure. */
export const ENGINE_ERROR_CODES = [
  'unsupported',
  'corrupt',
  'limit',
  'argument',
] as const;
export type EngineErrorCode = (typeof ENGINE_ERROR_CODES)[number];

/** What to know of a track that plays. */
export const TRACK_WARNINGS = [
  'length-corrected',
  'format-corrected',
  'ends-early',
  'undecodable-audio',
  'audio-left-out',
  'junk-skipped',
] as const;
export type TrackWarning = (typeof TRACK_WARNINGS)[number];

/** What exactly failed, and the code that goes with it. */
export const ERROR_DETAILS = {
  'empty-file': 'unsupported',
  'not-audio': 'unsupported',
  ogg: 'unsupported',
  mp4: 'unsupported',
  aiff: 'unsupported',
  caf: 'unsupported',
  wavpack: 'unsupported',
  'monkeys-audio': 'unsupported',
  dsd: 'unsupported',
  matroska: 'unsupported',
  'windows-media': 'unsupported',
  'mpeg-layer-1': 'unsupported',
  'mpeg-layer-2': 'unsupported',
  adts: 'unsupported',
  'mp3-free-format': 'unsupported',
  'no-audio': 'corrupt',
  'mp3-no-frames': 'unsupported',
  'flac-no-marker': 'unsupported',
  'flac-truncated-header': 'corrupt',
  'flac-no-streaminfo': 'corrupt',
  'flac-metadata': 'corrupt',
  'flac-bit-depth': 'corrupt',
  'flac-no-frames': 'corrupt',
  'flac-decoder-header': 'corrupt',
  'sample-rate': 'limit',
  channels: 'limit',
  'wav-no-marker': 'unsupported',
  'wav-too-short': 'unsupported',
  'wav-many-chunks': 'limit',
  'wav-no-data': 'corrupt',
  'wav-short-format': 'corrupt',
  'wav-empty-format': 'corrupt',
  'wav-short-extensible': 'corrupt',
  'wav-sub-format': 'unsupported',
  'wav-data-first': 'corrupt',
  'wav-sample-width': 'unsupported',
  'wav-ms-adpcm': 'unsupported',
  'wav-a-law': 'unsupported',
  'wav-mu-law': 'unsupported',
  'wav-ima-adpcm': 'unsupported',
  'wav-mpeg': 'unsupported',
  'wav-windows-media': 'unsupported',
  'wav-dts': 'unsupported',
  'wav-ac3': 'unsupported',
  'wav-bitstream': 'unsupported',
  'wav-compressed': 'unsupported',
  'pcm-sample-width': 'unsupported',
  'mp3-channels': 'unsupported',
  'mostly-undecodable': 'corrupt',
  'ends-before-start': 'corrupt',
  'no-memory': 'limit',
  'profile-version': 'unsupported',
  'profile-syntax': 'corrupt',
  'profile-member': 'corrupt',
  'unknown-codec': 'argument',
  'size-unknown': 'argument',
  'size-repeated': 'argument',
  'bytes-past-end': 'argument',
  'chunk-index': 'argument',
  intensity: 'argument',
  'album-loudness': 'argument',
  'setting-index': 'argument',
  'probe-budget': 'argument',
  'take-over-frame': 'argument',
  'profile-missing': 'argument',
  'start-past-end': 'argument',
  'nothing-to-render': 'argument',
} as const satisfies Readonly<Record<string, EngineErrorCode>>;
export type ErrorDetail = keyof typeof ERROR_DETAILS;

/** In English, without the full stop. */
export const TRACK_WARNING_WORDS: Readonly<Record<TrackWarning, string>> = {
  'length-corrected': 'the header tells another length than the audio has; the audio counts',
  'format-corrected': 'the header tells another format than the audio has; the audio counts',
  'ends-early': 'the file ends before its audio does',
  'undecodable-audio': 'damaged places are replaced by silence',
  'audio-left-out': 'audio of another format, or behind the end that the header tells, is left out',
  'junk-skipped': 'bytes that are no audio are skipped',
};

/** The media type of each container, and what its files are called. */
export const CONTAINER_FACTS: Readonly<
  Record<Container, { readonly mediaType: string; readonly extensions: readonly string[] }>
> = {
  wav: { mediaType: 'audio/wav', extensions: ['wav', 'wave'] },
  flac: { mediaType: 'audio/flac', extensions: ['flac'] },
  mp3: { mediaType: 'audio/mpeg', extensions: ['mp3'] },
};
