/** What axe finds wrong with how a page looks: contrast, names, roles. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { PlayerPage } from './player-page';

let axeSource: string | null = null;

type Finding = {
  readonly id: string;
  readonly nodes: readonly {
    readonly html: string;
    readonly any: readonly { readonly data: { readonly messageKey?: string } | null }[];
  }[];
};

type Axe = {
  readonly run: (within: string) => Promise<{ violations: Finding[]; incomplete: Finding[] }>;
};

/**
 * What axe finds wrong with what is shown in the element, and of which text in sight it cannot tell
 * the contrast: where something lies over all of it axe is blind. What is partly covered, of one
 * letter, or an empty field, it never judges. The button that floats over lists, which comes and
 * goes with what plays, is left out.
 */
const findings = async ({ page }: PlayerPage, within: string): Promise<readonly string[]> => {
  axeSource ??= await readFile(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
  await page.evaluate(axeSource);
  return page.evaluate(async (selector) => {
    const { axe } = window as unknown as { axe: Axe };
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('.show-playing { display: none; }');
    document.adoptedStyleSheets = [sheet];
    const { violations, incomplete } = await axe.run(selector);
    const unjudged = ['elmPartiallyObscured', 'shortTextContent', 'emptyValue'];
    const words = ({ id, nodes }: Finding, kind: string): string[] =>
      nodes.map(({ html }) => `${kind} ${id}: ${html.slice(0, 160)}`);
    const blind = incomplete
      .filter(({ id }) => id === 'color-contrast')
      .map(({ id, nodes }) => ({
        id,
        nodes: nodes.filter(
          ({ any }) => !unjudged.includes(any[0]?.data?.messageKey ?? 'no reason is told'),
        ),
      }));
    return [
      ...violations.flatMap((finding) => words(finding, 'wrong')),
      ...blind.flatMap((finding) => words(finding, 'not judged')),
    ];
  }, within);
};

/** In light and dark. */
export const inBothThemes = async (
  player: PlayerPage,
  within = 'html',
): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const value of ['light', 'dark']) {
    await player.page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value },
      // Colours on their way to others are neither's.
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    found.push(...(await findings(player, within)).map((what) => `${value}: ${what}`));
  }
  return found;
};
