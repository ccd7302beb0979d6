/** How far lists of other players have come, and what of them the library does not have. */
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { Icon } from '../Icon';
import { usePage } from '../page-context';
import type { ImportResult, ImportsState, ListImports } from './list-imports';
import { songsWords } from './words';

/** All are in the playlist; so many are told here as well. */
const TOLD_COUNT_MAX = 200;

const Unfound = ({ unfound }: { readonly unfound: readonly string[] }): ReactElement => (
  <details>
    <summary>What was not found</summary>
    <ul className="unfound">
      {unfound.slice(0, TOLD_COUNT_MAX).map((location, at) => (
        <li key={at}>{location}</li>
      ))}
      {unfound.length > TOLD_COUNT_MAX && (
        <li>{`and ${(unfound.length - TOLD_COUNT_MAX).toLocaleString('en')} more`}</li>
      )}
    </ul>
  </details>
);

const Result = ({ result }: { readonly result: ImportResult }): ReactElement => {
  if (result.problem !== null) {
    return (
      <p>
        “{result.name}” was not imported: {result.problem}
      </p>
    );
  }
  const { id, name, count, unfound, cutCount } = result;
  const rest =
    unfound.length === 0
      ? `all of ${songsWords(count)} found.`
      : `${(count - unfound.length).toLocaleString('en')} of ${songsWords(count)} found. ` +
        'The others stay in it in grey.';
  return (
    <div>
      <p>
        <Link href={`/playlists/${id}`}>{name}</Link>: {rest}
        {cutCount > 0 && ` A playlist holds no more; ${songsWords(cutCount)} were left out.`}
      </p>
      {unfound.length > 0 && <Unfound unfound={unfound} />}
    </div>
  );
};

const placeWords = (done: number, count: number): string =>
  `${done.toLocaleString('en')} of ${count.toLocaleString('en')}`;

type Props = { readonly imports: ListImports; readonly state: ImportsState };

export const ImportNotices = ({ imports, state }: Props): ReactElement => {
  const { scroller } = usePage();
  const { current, results } = state;
  const dismiss = (result: ImportResult): void => {
    // The button that has the focus goes.
    scroller.current?.focus({ preventScroll: true });
    imports.forget(result);
  };
  return (
    <>
      {/* Not read out, as it changes all the time. */}
      {current && (
        <div className="notice">
          <p>
            Looking for the songs of “{current.name}”
            {current.count === 0 ? '…' : `: ${placeWords(current.done, current.count)} looked at.`}
          </p>
        </div>
      )}
      <div role="status">
        {results.map((result, at) => (
          <div className="notice import-result" key={results.length - at}>
            <Result result={result} />
            <button
              type="button"
              className="round"
              aria-label={`Dismiss what was said of ${result.name}`}
              onClick={() => dismiss(result)}
            >
              <Icon name="close" />
            </button>
          </div>
        ))}
      </div>
    </>
  );
};
