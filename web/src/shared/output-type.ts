/** Of what kind the sound is that the engine puts out. Pure. */
export const MIME_TYPE = 'audio/webm';
/** Lower case: Firefox and WebKit refuse `Opus` in WebM. */
export const CODECS = 'opus';
