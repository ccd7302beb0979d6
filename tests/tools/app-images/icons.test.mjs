import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { ICONS, drawIcon, readDrawing } from '../../../tools/app-images/icons.mjs';
import { decodePng, encodePng } from '../../../tools/app-images/png.mjs';

const readPublic = (name) =>
  readFileSync(new URL(`../../../web/public/${name}`, import.meta.url), 'utf8');
const svg = readPublic('favicon.svg');
const drawing = readDrawing(svg);

/** [red, green, blue, alpha] of a pixel of the icon. */
const drawn = ({ name }) => {
  const icon = ICONS.find((other) => other.name === name);
  const pixels = drawIcon(drawing, icon);
  const pixelAt = (x, y) => [...pixels.subarray((y * icon.edge + x) * 4).subarray(0, 4)];
  return { edge: icon.edge, pixelAt };
};

describe('The icons', () => {
  it('have the ground, the lines and the round corners of the drawing', () => {
    const { pixelAt } = drawn({ name: 'icon-192.png' });
    const unit = 192 / drawing.edge;
    assert.equal(pixelAt(0, 0)[3], 0);
    assert.deepEqual(pixelAt(96, 4), [...drawing.ground, 255]);
    for (const { x, top, bottom } of drawing.lines) {
      const middle = Math.floor(((top + bottom) / 2) * unit);
      assert.deepEqual(pixelAt(Math.floor(x * unit), middle), [...drawing.ink, 255]);
      const above = Math.floor((top - drawing.lineRadius) * unit) - 2;
      assert.deepEqual(pixelAt(Math.floor(x * unit), above), [...drawing.ground, 255]);
    }
    const { x, top } = drawing.lines[0];
    const edge = Math.floor((x - drawing.lineRadius) * unit);
    const [red] = pixelAt(edge, Math.floor(top * unit) + 8);
    assert.ok(red >= drawing.ground[0] && red <= drawing.ink[0], 'edges are smooth');
  });

  it('are filled to the corners where a mask cuts them, and lose nothing by it', () => {
    for (const { name, isMaskable } of ICONS) {
      if (!isMaskable) continue;
      const { edge, pixelAt } = drawn({ name });
      let farthest = 0;
      for (let y = 0; y < edge; y += 1) {
        for (let x = 0; x < edge; x += 1) {
          const [red, , , alpha] = pixelAt(x, y);
          assert.equal(alpha, 255);
          if (red === drawing.ground[0]) continue;
          const away = Math.hypot(x + 0.5 - edge / 2, y + 0.5 - edge / 2);
          farthest = Math.max(farthest, away / edge);
        }
      }
      // The mask leaves a circle of four fifths, at least.
      assert.ok(farthest > 0.2 && farthest < 0.4, `${name}: ${farthest}`);
    }
  });

  it('are those of the manifest, with their sizes', () => {
    const { icons } = JSON.parse(readPublic('manifest.webmanifest'));
    assert.deepEqual(
      icons
        .filter(({ type }) => type === 'image/png')
        .map(({ src, sizes, purpose }) => [src, sizes, purpose === 'maskable']),
      ICONS.filter(({ name }) => !name.startsWith('apple')).map(({ name, edge, isMaskable }) => [
        `/icons/${name}`,
        `${edge}x${edge}`,
        isMaskable,
      ]),
    );
  });

  it('refuse a drawing that is not understood', () => {
    assert.throws(() => readDrawing(svg.replace('v5', 'h5')), /upright/);
  });
});

describe('A PNG', () => {
  it('comes back as it was, and a damaged one does not', () => {
    const pixels = Uint8Array.from({ length: 3 * 2 * 4 }, (_, k) => k * 7);
    const png = encodePng(pixels, 3, 2);
    assert.deepEqual(decodePng(png), { width: 3, height: 2, pixels });
    png[20] ^= 1;
    assert.throws(() => decodePng(png), /damaged/);
  });
});
