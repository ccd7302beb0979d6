/** Where the build puts what these tests run; nothing here is built on demand. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = (path: string): string => {
  const absolute = fileURLToPath(new URL(`../../../${path}`, import.meta.url));
  if (!existsSync(absolute)) throw new Error(`${path} is missing: run make build first`);
  return absolute;
};

export const cliPath = (): string => built('build/native/bin/auralis');
export const serverPath = (): string => built('build/native/bin/auralis-server');
export const makeLibraryPath = (): string => built('build/native/bin/make_library');
export const webDistPath = (): string => built('web/dist');

export const chromiumPath = (): string => process.env['CHROMIUM'] ?? '/usr/bin/chromium';
