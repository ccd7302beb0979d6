/** The events of the audio element that the player follows. */
export const ELEMENT_EVENTS = [
  'loadedmetadata',
  'play',
  'playing',
  'pause',
  'waiting',
  'canplay',
  'timeupdate',
  'seeking',
  'seeked',
  'ended',
  'durationchange',
  'volumechange',
  'error',
] as const;
