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

const pickByInput = (): Promise<readonly LocalNode[]> =>
  new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    input.accept = ['audio/*', ...AUDIO_EXTENSIONS].join();
    input.addEventListener('change', () => resolve([...(input.files ?? [])].map(fileNode)));
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  });

/** Only within a click. Nothing where the listener thinks better of it. */
export const pickFiles = async (): Promise<readonly LocalNode[]> => {
  const scope = window as unknown as PickerScope;
  if (!scope.showOpenFilePicker) return pickByInput();
  const types = [{ description: 'Audio', accept: { 'audio/*': AUDIO_EXTENSIONS } }];
  try {
    return (await scope.showOpenFilePicker({ multiple: true, types })).map(handleNode);
  } catch (error) {
    if (errorName(error) === 'AbortError') return [];
    throw error;
  }
};
