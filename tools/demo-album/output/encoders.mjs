/**
 * Knows which encoder programs this machine has and how to call them. What it cannot encode is
 * written as WAV, and said so; nothing is installed or fetched.
 */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ENCODE_TIMEOUT_MS = 120_000;

/** The first line a program prints, or null when it cannot be started. */
function firstLine(program, argument) {
  const { error, stdout, stderr } = spawnSync(program, [argument], { timeout: 10_000 });
  return error ? null : `${stdout}${stderr}`.split('\n')[0].trim();
}

/**
 * @typedef {{name: 'flac' | 'lame' | 'ffmpeg', version: string}} Encoder
 * @returns {{flac: Encoder | null, mp3: Encoder | null}} the program for each format
 */
export function findEncoders() {
  const versions = {
    flac: firstLine('flac', '--version'),
    lame: firstLine('lame', '--version'),
    ffmpeg: firstLine('ffmpeg', '-version'),
  };
  let ffmpegEncoders = '';
  if (versions.ffmpeg) {
    ffmpegEncoders = String(spawnSync('ffmpeg', ['-hide_banner', '-encoders']).stdout);
  }
  const pick = (name, codec) => {
    if (versions[name]) return { name, version: versions[name] };
    if (!ffmpegEncoders.includes(` ${codec} `)) return null;
    return { name: 'ffmpeg', version: versions.ffmpeg };
  };
  return { flac: pick('flac', 'flac'), mp3: pick('lame', 'libmp3lame') };
}

function flacArguments({ source, target, cover, tags, trackCount }) {
  const fields = {
    TITLE: tags.title,
    ARTIST: tags.artist,
    ALBUM: tags.album,
    ALBUMARTIST: tags.artist,
    TRACKNUMBER: tags.track,
    TRACKTOTAL: trackCount,
    DATE: tags.year,
    GENRE: tags.genre,
  };
  const comments = Object.entries(fields).map(([key, value]) => `--tag=${key}=${value}`);
  const picture = `--picture=3|image/png|Cover||${cover}`;
  return ['--silent', '--best', '--force', picture, ...comments, '-o', target, source];
}

function lameArguments({ source, target, cover, tags, trackCount }) {
  return [
    ...['--quiet', '-V', '2', '--add-id3v2', '--ti', cover],
    ...['--tt', tags.title, '--ta', tags.artist, '--tl', tags.album, '--ty', tags.year],
    ...['--tn', `${tags.track}/${trackCount}`, '--tg', tags.genre, source, target],
  ];
}

function ffmpegArguments(format, { source, target, cover, tags, trackCount }) {
  const codec = format === 'flac' ? ['-c:a', 'flac'] : ['-c:a', 'libmp3lame', '-q:a', '2'];
  const fields = {
    title: tags.title,
    artist: tags.artist,
    album: tags.album,
    track: `${tags.track}/${trackCount}`,
    date: tags.year,
    genre: tags.genre,
  };
  return [
    ...['-hide_banner', '-loglevel', 'error', '-y', '-i', source, '-i', cover],
    ...['-map', '0:a', '-map', '1:v', '-c:v', 'copy', '-disposition:v', 'attached_pic'],
    ...['-metadata:s:v', 'comment=Cover (front)', ...codec, '-id3v2_version', '3'],
    ...Object.entries(fields).flatMap(([key, value]) => ['-metadata', `${key}=${value}`]),
    ...['-f', format, target],
  ];
}

/**
 * Encodes one WAV file.
 * @param {'flac' | 'mp3'} format
 * @param {Encoder} encoder from findEncoders
 * @param {{source: string, target: string, cover: string, tags: object, trackCount: number}} job
 *   paths of the WAV, of the file to write and of the PNG
 */
export async function encode(format, encoder, job) {
  const options = { timeout: ENCODE_TIMEOUT_MS };
  if (encoder.name === 'flac') await run('flac', flacArguments(job), options);
  else if (encoder.name === 'lame') await run('lame', lameArguments(job), options);
  else await run('ffmpeg', ffmpegArguments(format, job), options);
}
