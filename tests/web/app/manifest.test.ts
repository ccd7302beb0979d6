import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readAddress, START_WISHES } from '../../../web/src/app/address-wishes';
import { SHARE_FIELD, SHARE_PATH } from '../../../web/src/shared/shared-files';
import { CONTAINER_FACTS } from '../../../web/src/shared/vocabulary';

type Manifest = {
  readonly start_url: string;
  readonly theme_color: string;
  readonly color_scheme_dark: { readonly theme_color: string };
  readonly shortcuts: readonly { readonly url: string }[];
  readonly share_target: {
    readonly action: string;
    readonly method: string;
    readonly enctype: string;
    readonly params: { readonly files: readonly { name: string; accept: readonly string[] }[] };
  };
  readonly file_handlers: readonly {
    readonly action: string;
    readonly accept: Readonly<Record<string, readonly string[]>>;
  }[];
};

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../web/${path}`, import.meta.url)), 'utf8');
const manifest = JSON.parse(read('public/manifest.webmanifest')) as Manifest;

describe('The manifest', () => {
  it('has a shortcut for each start that the page understands', () => {
    const starts = manifest.shortcuts.map(({ url }) => readAddress(url.slice(1)).start);
    expect(starts).toEqual([...START_WISHES]);
  });

  it('has the system open with the app what the engine plays', () => {
    const [handler, ...others] = manifest.file_handlers;
    const known = Object.values(CONTAINER_FACTS).map(({ mediaType, extensions }) => [
      mediaType,
      extensions.map((extension) => `.${extension}`),
    ]);
    expect(others).toEqual([]);
    expect(handler?.action).toBe(manifest.start_url);
    expect(Object.entries(handler?.accept ?? {}).sort()).toEqual(known.sort());
  });

  it('sends what is shared to where the service worker takes it', () => {
    const { action, method, enctype, params } = manifest.share_target;
    expect({ action, method, enctype }).toEqual({
      action: SHARE_PATH,
      method: 'POST',
      enctype: 'multipart/form-data',
    });
    const extensions = Object.values(CONTAINER_FACTS).flatMap((facts) => facts.extensions);
    const accept = ['audio/*', ...extensions.map((extension) => `.${extension}`)];
    expect(params.files.map(({ name }) => name)).toEqual([SHARE_FIELD]);
    expect([...(params.files[0]?.accept ?? [])].sort()).toEqual(accept.sort());
  });

  it('has the colours of the page', () => {
    const metas = read('index.html').matchAll(/name="theme-color" content="(#\w+)"/g);
    const colors = [...metas].map(([, color]) => color);
    expect([manifest.theme_color, manifest.color_scheme_dark.theme_color]).toEqual(colors);
  });
});
