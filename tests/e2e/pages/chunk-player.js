// A player of somebody else's: all it knows of Auralis is its addresses of chunks. The settings,
// and which track, come from its own address.
const query = new URLSearchParams(location.search);
const get = (part) => fetch(`/api/player/stream_chunk/${query.get('track')}/${part}?${query}`);
const audio = document.body.appendChild(new Audio());
audio.controls = true;

const info = await (await get('metadata')).json();
const source = new MediaSource();
audio.src = URL.createObjectURL(source);
await new Promise((opened) => source.addEventListener('sourceopen', opened, { once: true }));
const buffer = source.addSourceBuffer(`${info.mime_type}; codecs="${info.codecs}"`);
buffer.appendWindowEnd = source.duration = info.duration;
const append = async (part) => {
  buffer.appendBuffer(await (await get(part)).arrayBuffer());
  await new Promise((done) => buffer.addEventListener('updateend', done, { once: true }));
};
await append('init');
const missing = new Set(Array(info.total_chunks).keys());
while (missing.size > 0) {
  const here = Math.floor(audio.currentTime / info.chunk_duration);
  const next = [here, here + 1, here + 2, here + 3].find((index) => missing.has(index));
  if (next === undefined) await new Promise((later) => setTimeout(later, 100));
  else await append(next);
  missing.delete(next);
}
source.endOfStream();
