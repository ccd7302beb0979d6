/**
 * Puts the images of the installed app into dist/: icons, which are drawn, and the screenshot that
 * the README shows. Fails when the manifest names an image that is not there.
 */
import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { drawIcon, ICONS, readDrawing } from '../../tools/app-images/icons.mjs';
import { encodePng } from '../../tools/app-images/png.mjs';

const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url));
const DIST_DIR = pathOf('../dist/');

const drawing = readDrawing(await readFile(`${DIST_DIR}favicon.svg`, 'utf8'));
await mkdir(`${DIST_DIR}icons`, { recursive: true });
for (const icon of ICONS) {
  const png = encodePng(drawIcon(drawing, icon), icon.edge, icon.edge);
  await writeFile(`${DIST_DIR}icons/${icon.name}`, png);
}
await mkdir(`${DIST_DIR}screenshots`, { recursive: true });
await copyFile(pathOf('../../docs/images/player.png'), `${DIST_DIR}screenshots/wide.png`);

const manifest = JSON.parse(await readFile(`${DIST_DIR}manifest.webmanifest`, 'utf8'));
for (const { src } of [...manifest.icons, ...manifest.screenshots]) await stat(`${DIST_DIR}${src}`);
