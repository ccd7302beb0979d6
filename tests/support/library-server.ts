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
  ({
    ok: status === 200,
    status,
    headers: { get: () => null } as unknown as Headers,
    json: () => Promise.resolve(body),
  }) as Response;

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

export type LibraryServerOptions = {
  /** Lists of albums, artists and genres go on from page to page only, as up to 0.1. */
  readonly isChain?: boolean;
};

const COUNT_MAX = 500;

export class LibraryServer {
  tracks: readonly RawTrack[];
  /** Every address that was asked for, without the origin. */
  readonly asked: string[] = [];
  isDown = false;
  /** It reads its music for the first time; the page looks at it anew when that has ended. */
  isScanning = false;
  /** What is answered as an error of the server. */
  isBroken: (url: string) => boolean = () => false;
  readonly #isChain: boolean;

  constructor(tracks: readonly RawTrack[], { isChain = false }: LibraryServerOptions = {}) {
    this.tracks = tracks;
    this.#isChain = isChain;
  }

  readonly fetch: Fetch = async (url, { signal } = {}) => {
    this.asked.push(url);
    await Promise.resolve();
    if (signal?.aborted === true) throw new DOMException('no longer wanted', 'AbortError');
    if (this.isDown) throw new TypeError('failed');
    if (this.isBroken(url)) return answer({}, 500);
    const { pathname, searchParams } = new URL(url, 'http://host');
    if (pathname === '/api/health') return answer({});
    const [, , ...path] = pathname.slice(1).split('/').map(decodeURIComponent);
    return this.#answer({ path, question: searchParams });
  };

  #answer({ path: [kind = '', id], question }: Asked): Response {
    if (kind === 'scan') {
      const state = this.isScanning ? 'scanning' : 'idle';
      return answer({ state, complete: !this.isScanning, tracks: this.tracks.length });
    }
    if (kind === 'tracks') return id === undefined ? this.#tracks(question) : this.#track(id);
    if (kind === 'search') return this.#search(question);
    const namesOf = KINDS[kind];
    if (!namesOf) return answer({}, 404);
    const groups = groupsBy(this.tracks, kind, namesOf);
    if (id === undefined) return this.#list({}, kind, groups, question);
    const group = groups.find((other) => other.id === id);
    if (!group) return answer({}, 404);
    const albums = groupsBy(group.tracks, 'albums', ({ album }) => (album ? [album] : []));
    const head = { ...this.#groupOf(group), ...(kind === 'artists' ? { albums } : {}) };
    return this.#list({ ...head }, 'tracks', group.tracks, question);
  }

  #track(id: string): Response {
    const track = this.tracks.find((other) => other.id === id);
    return track ? answer(this.#rawOf(track)) : answer({}, 404);
  }

  #tracks(question: URLSearchParams): Response {
    const query = question.get('search') ?? '';
    if (query === '') return this.#list({}, 'tracks', this.tracks, question);
    const found = this.tracks.filter(({ title, artist, album }) =>
      matches(query, [title, artist, album].join(' ')),
    );
    return this.#list({}, 'tracks', found, question);
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

  #groupOf({ id, name, tracks }: Group): object {
    return { id, name, track_count: tracks.length, artist: tracks[0]?.artist ?? null };
  }

  #rawOf(track: RawTrack): object {
    return { ...track, album_id: track.album === undefined ? null : `albums-${track.album}` };
  }

  /** A page by its offset, or behind the item that the cursor names, which has to be there. */
  #list(
    head: object,
    kind: string,
    all: readonly (RawTrack | Group)[],
    question: URLSearchParams,
  ): Response {
    const cursor = question.get('cursor');
    const at = all.findIndex(({ id }) => id === cursor);
    if (cursor !== null && at < 0) return answer({}, 400);
    const isChain = this.#isChain && kind !== 'tracks';
    const asked = isChain ? 0 : Number(question.get('offset') ?? 0);
    const offset = cursor === null ? asked : at + 1;
    const limit = Math.min(COUNT_MAX, Number(question.get('limit') ?? 50));
    const page = all.slice(offset, offset + limit);
    const items = page.map((item) =>
      'tracks' in item ? this.#groupOf(item as Group) : this.#rawOf(item),
    );
    const next = offset + limit < all.length ? (page.at(-1)?.id ?? null) : null;
    const place = isChain ? {} : { offset, limit };
    return answer({ ...head, [kind]: items, total: all.length, ...place, next });
  }
}

/** A library of these tracks that nothing happens to. */
export const libraryOf = (tracks: readonly RawTrack[]): Fetch => new LibraryServer(tracks).fetch;
