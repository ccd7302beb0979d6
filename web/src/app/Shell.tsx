/** What stands around the views: the name, the search, the ways to go. */
import { useEffect, useRef, useState, type ReactElement, type RefObject } from 'react';
import { Link, useLocation } from 'wouter';
import { Icon, type IconName } from './Icon';
import { useQuery, useSearchFor } from './navigation';

/** Whoever types fast asks once. */
export const TYPING_MS = 120;

const useSearchField = (): readonly [string, (typed: string) => void] => {
  const query = useQuery();
  const searchFor = useSearchFor();
  const [typed, setTyped] = useState(query);
  const [lastQuery, setLastQuery] = useState(query);
  const timer = useRef<number>(undefined);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  // The address has changed by itself: back, forward, or another view.
  if (query !== lastQuery) {
    setLastQuery(query);
    if (query !== typed.trim()) setTyped(query);
  }
  const type = (next: string): void => {
    setTyped(next);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => searchFor(next.trim()), TYPING_MS);
  };
  return [typed, type];
};

type HeaderProps = {
  readonly field: RefObject<HTMLInputElement | null>;
  /** null: this page opens none. */
  readonly onOpenFiles: (() => void) | null;
};

export const Header = ({ field, onOpenFiles }: HeaderProps): ReactElement => {
  const [typed, type] = useSearchField();
  return (
    <header className="header">
      <h1 className="brand">
        <Link href="/">
          <img src="/favicon.svg" alt="" width="32" height="32" />
          Auralis
        </Link>
      </h1>
      <div className="search" role="search">
        <label>
          <Icon name="search" />
          <input
            type="search"
            placeholder="Search the library"
            aria-label="Search"
            aria-keyshortcuts="/"
            ref={field}
            value={typed}
            onChange={(event) => type(event.target.value)}
          />
        </label>
      </div>
      {onOpenFiles && (
        <button
          type="button"
          className="open-files"
          aria-label="Play files from this device"
          title="Play files from this device (or drop them on the page)"
          onClick={onOpenFiles}
        >
          <Icon name="file" />
          <span>Play files from this device</span>
        </button>
      )}
    </header>
  );
};

type Way = {
  readonly href: string;
  readonly name: string;
  readonly icon: IconName;
  /** Among the tabs there is no room for it: the view of playlists leads to it. */
  readonly isWide?: boolean;
};

const WAYS: readonly Way[] = [
  { href: '/', name: 'Home', icon: 'home' },
  { href: '/albums', name: 'Albums', icon: 'album' },
  { href: '/artists', name: 'Artists', icon: 'artist' },
  { href: '/songs', name: 'Songs', icon: 'note' },
  { href: '/genres', name: 'Genres', icon: 'genre' },
  { href: '/favourites', name: 'Favourites', icon: 'heart', isWide: true },
  { href: '/playlists', name: 'Playlists', icon: 'playlist' },
];

/** A bar at the side, or tabs at the bottom of a narrow page. */
export const Ways = (): ReactElement => {
  const [path] = useLocation();
  return (
    <nav className="ways" aria-label="Library">
      <ul>
        {WAYS.map(({ href, name, icon, isWide }) => (
          <li key={href} className={isWide ? 'wide-way' : undefined}>
            <Link
              href={href}
              className={
                href === path || (href !== '/' && path.startsWith(`${href}/`)) ? 'here' : ''
              }
              aria-current={href === path ? 'page' : undefined}
            >
              <Icon name={icon} />
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
};
