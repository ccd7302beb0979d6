import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readAddress, START_WISHES } from '../../../web/src/app/address-wishes';

type Manifest = {
  readonly theme_color: string;
  readonly color_scheme_dark: { readonly theme_color: string };
  readonly shortcuts: readonly { readonly url: string }[];
};

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../web/${path}`, import.meta.url)), 'utf8');
const manifest = JSON.parse(read('public/manifest.webmanifest')) as Manifest;

describe('The manifest', () => {
  it('has a shortcut for each start that the page understands', () => {
    const starts = manifest.shortcuts.map(({ url }) => readAddress(url.slice(1)).start);
    expect(starts).toEqual([...START_WISHES]);
  });

  it('has the colours of the page', () => {
    const metas = read('index.html').matchAll(/name="theme-color" content="(#\w+)"/g);
    const colors = [...metas].map(([, color]) => color);
    expect([manifest.theme_color, manifest.color_scheme_dark.theme_color]).toEqual(colors);
  });
});
