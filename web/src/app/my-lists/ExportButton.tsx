/** Saves a list as a file for other players. */
import type { ReactElement } from 'react';
import type { ListEntry } from '../../lists/playlist';
import { usePage } from '../page-context';
import { exportList } from './export-list';

type Props = { readonly name: string; readonly entries: readonly ListEntry[] };

export const ExportButton = ({ name, entries }: Props): ReactElement => {
  const { data, say } = usePage();
  const run = async (): Promise<void> => {
    await exportList(
      data,
      name,
      entries.map(({ track }) => track),
    );
    say(`“${name}” was exported.`);
  };
  return (
    <button
      type="button"
      className="button"
      title="As a file for other players (.m3u8)"
      onClick={() => void run()}
    >
      Export
    </button>
  );
};
