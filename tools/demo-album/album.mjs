/** The album: its tags, and its pieces in order with the form in which each is delivered. */
import { basementWeather } from './pieces/basement-weather.mjs';
import { glassOrchard } from './pieces/glass-orchard.mjs';
import { harbourBeforeDawn } from './pieces/harbour-before-dawn.mjs';
import { paperKites } from './pieces/paper-kites.mjs';
import { waltzForAnEmptyRoom } from './pieces/waltz-for-an-empty-room.mjs';

export const ALBUM = { artist: 'Auralis', album: 'Low Sun, Long Waves', year: '2026' };

/**
 * One of each kind of file that listeners have: both WAV layouts, two FLAC rates, a VBR MP3.
 * Each piece gives `{title, genre, loudnessLufs, fadeInSeconds, fadeOutSeconds, compose(rateHz)}`.
 */
export const TRACKS = [
  { piece: harbourBeforeDawn, format: 'wav', rateHz: 48000, bits: 24 },
  { piece: paperKites, format: 'mp3', rateHz: 44100, bits: 16 },
  { piece: waltzForAnEmptyRoom, format: 'flac', rateHz: 44100, bits: 16 },
  { piece: basementWeather, format: 'wav', rateHz: 44100, bits: 16 },
  { piece: glassOrchard, format: 'flac', rateHz: 96000, bits: 24 },
];

/** @returns {object} the tags of a track, counted from 0 */
export function tagsOf(index) {
  const { title, genre } = TRACKS[index].piece;
  return { ...ALBUM, title, genre, track: index + 1 };
}

/**
 * @param {number} index of the track
 * @param {{flac: object | null, mp3: object | null}} encoders
 * @returns {{format: 'wav' | 'flac' | 'mp3', name: string}} what can be delivered here
 */
export function deliveryOf(index, encoders) {
  const { format: wanted, piece } = TRACKS[index];
  const format = wanted === 'wav' || encoders[wanted] ? wanted : 'wav';
  const number = String(index + 1).padStart(2, '0');
  return { format, name: `${number} ${piece.title}.${format}` };
}
