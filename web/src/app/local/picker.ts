/** The browser's dialogue for files: with handles that can be remembered, where it has those. */
import { errorName } from '../../shared/errors';
import { AUDIO_EXTENSIONS } from './audio-names';
import { fileNode, handleNode } from './nodes';
import type { LocalNode } from './walk';

/** File System Access, section 3.3; not in the library of types. */
type PickerScope = {
  readonly showOpenFilePicker?: (options: {
    multiple: true;
    types: { description: string; accept: Readonly<Record<string, readonly string[]>> }[];
  }) => Promise<readonly FileSystemFileHandle[]>;
};

/** Without a click a browser shows no dialogue and says nothing: nobody would ever hear of it. */
const isClick = (): boolean =>
  !('userActivation' in navigator) || navigator.userActivation.isActive;

const pickByInput = (): Promise<readonly LocalNode[] | null> =>
  new Promise((resolve) => {
    if (!isClick()) {
      resolve(null);
      return;
    }
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    input.accept = ['audio/*', ...AUDIO_EXTENSIONS].join();
    input.addEventListener('change', () => resolve([...(input.files ?? [])].map(fileNode)));
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  });

/**
 * Only within a click; the browser is asked before this returns, as Safari wants it. Nothing where
 * the listener thinks better of it; null: the click is too long ago.
 */
export const pickFiles = async (): Promise<readonly LocalNode[] | null> => {
  const scope = window as unknown as PickerScope;
  if (!scope.showOpenFilePicker) return pickByInput();
  const types = [{ description: 'Audio', accept: { 'audio/*': AUDIO_EXTENSIONS } }];
  try {
    return (await scope.showOpenFilePicker({ multiple: true, types })).map(handleNode);
  } catch (error) {
    if (errorName(error) === 'AbortError') return [];
    if (errorName(error) === 'SecurityError' && !isClick()) return null;
    throw error;
  }
};
