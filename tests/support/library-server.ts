/** A server's library API in memory: it answers the page as auralis-server does. */
import type { Fetch } from '../../web/src/app/library-client';

/** As the API tells a track; what is left out is not known. */
export type RawTrack = {
  readonly id: string;
  readonly title?: string;
  readonly artist?: string;
  readonly album?: string;
  readonly genres?: readonly string[];
  readonly disc_number?: number;
  readonly track_number?: number;
  readonly duration_s?: number | null;
  readonly [other: string]: unknown;
};

type Asked = { readonly path: readonly string[]; readonly question: URLSearchParams };
type Group = { readonly id: string; readonly name: string; readonly tracks: readonly RawTrack[] };

const answer = (body: unknown, status = 200): Response =>
  ({ ok: status === 200, status, json: () => Promise.resolve(body) }) as Response;

const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** Every word is the beginning of one. */
const matches = (query: string, text: string): boolean => {
  const words = fold(text).split(/\s+/u);
  return fold(query)
    .split(/\s+/u)
    .every((asked) => words.some((word) => word.startsWith(asked)));
};

const groupsBy = (
  tracks: readonly RawTrack[],
  kind: string,
  namesOf: (track: RawTrack) => readonly string[],
): readonly Group[] => {
  const groups = new Map<string, RawTrack[]>();
  for (const track of tracks) {
    for (const name of namesOf(track)) groups.set(name, [...(groups.get(name) ?? []), track]);
  }
  return [...groups].map(([name, members]) => ({ id: `${kind}-${name}`, name, tracks: members }));
};

const KINDS: Readonly<Record<string, (track: RawTrack) => readonly string[]>> = {
  albums: ({ album }) => (album === undefined ? [] : [album]),
  artists: ({ artist }) => (artist === undefined ? [] : [artist]),
  genres: ({ genres }) => genres ?? [],
};

export class LibraryServer {
  tracks: readonly RawTrack[];
  /** Every address that was asked for, without the origin. */
  readonly asked: string[] = [];
  isDown = false;

  constructor(tracks: readonly RawTrack[]) {
    this.tracks = tracks;
  }

  readonly fetch: Fetch = async (url, { signal } = {}) => {
    this.asked.push(url);
    await Promise.resolve();
    if (signal?.aborted === true) throw new DOMException('no longer wanted', 'AbortError');
    if (this.isDown) throw new TypeError('failed');
    const { pathname, searchParams } = new URL(url, 'http://host');
    const [, , ...path] = pathname.slice(1).split('/').map(decodeURIComponent);
    return this.#answer({ path, question: searchParams });
  };

  #answer({ path: [kind = '', id], question }: Asked): Response {
    if (kind === 'scan')
      return answer({ state: 'idle', complete: true, tracks: this.tracks.length });
    if (kind === 'tracks') return id === undefined ? this.#tracks(question) : this.#track(id);
    if (kind === 'search') return this.#search(question);
    const namesOf = KINDS[kind];
    if (!namesOf) return answer({}, 404);
    const groups = groupsBy(this.tracks, kind, namesOf);
    if (id === undefined) return this.#groups(kind, groups, question);
    const group = groups.find((other) => other.id === id);
    if (!group) return answer({}, 404);
    const albums = groupsBy(group.tracks, 'albums', ({ album }) => (album ? [album] : []));
    const head = { ...this.#groupOf(group), ...(kind === 'artists' ? { albums } : {}) };
    return answer({ ...head, ...this.#page(group.tracks, question) });
  }

  #track(id: string): Response {
    const track = this.tracks.find((other) => other.id === id);
    return track ? answer(this.#rawOf(track)) : answer({}, 404);
  }

  #tracks(question: URLSearchParams): Response {
    const query = question.get('search') ?? '';
    if (query === '') return answer(this.#page(this.tracks, question));
    const found = this.tracks.filter(({ title, artist, album }) =>
      matches(query, [title, artist, album].join(' ')),
    );
    return answer(this.#page(found, question));
  }

  #search(question: URLSearchParams): Response {
    const query = question.get('q') ?? '';
    const found = Object.entries(KINDS).map(([kind, namesOf]) => [
      kind,
      groupsBy(this.tracks, kind, namesOf)
        .filter(({ name }) => matches(query, name))
        .map((group) => this.#groupOf(group)),
    ]);
    return answer(Object.fromEntries(found));
  }

  /** As a server that goes on from page to page only: a cursor is a number here. */
  #groups(kind: string, groups: readonly Group[], question: URLSearchParams): Response {
    const begin = Number(question.get('cursor') ?? 0);
    const end = begin + Number(question.get('limit'));
    const page = groups.slice(begin, end).map((group) => this.#groupOf(group));
    const next = end < groups.length ? String(end) : null;
    return answer({ [kind]: page, total: groups.length, next });
  }

  #groupOf({ id, name, tracks }: Group): object {
    return { id, name, track_count: tracks.length, artist: tracks[0]?.artist ?? null };
  }

  #rawOf(track: RawTrack): object {
    return { ...track, album_id: track.album === undefined ? null : `albums-${track.album}` };
  }

  #page(tracks: readonly RawTrack[], question: URLSearchParams): object {
    const offset = Number(question.get('offset') ?? 0);
    const limit = Number(question.get('limit') ?? 50);
    const page = tracks.slice(offset, offset + limit).map((track) => this.#rawOf(track));
    return { tracks: page, total: tracks.length, offset, limit };
  }
}

/** A library of these tracks that nothing happens to. */
export const libraryOf = (tracks: readonly RawTrack[]): Fetch => new LibraryServer(tracks).fetch;
