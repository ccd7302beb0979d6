/** The addresses of sound, as the page, its service worker and the server know them. Pure. */

/** The original file of a track. The server answers. */
export const streamUrlOf = (id: string): string => `/api/player/stream/${encodeURIComponent(id)}`;

/** Enhanced sound. The service worker answers: the server renders nothing. */
export const CHUNK_ADDRESSES = '/api/player/stream_chunk/';
