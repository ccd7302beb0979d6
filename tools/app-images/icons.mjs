/**
 * The icons of the installed app, drawn from web/public/favicon.svg: a rounded square and upright
 * lines with round ends, which is all of SVG that is understood here. So a build needs no renderer.
 */

/** A mask may cut away all but the middle four fifths (W3C Manifest, "Icon masks"). */
const MASKABLE_SCALE = 0.86;

/** `edge` in pixels; `isMaskable`: to be cut to any shape, so that the ground fills everything. */
export const ICONS = [
  { name: 'icon-192.png', edge: 192, isMaskable: false },
  { name: 'icon-512.png', edge: 512, isMaskable: false },
  { name: 'maskable-192.png', edge: 192, isMaskable: true },
  { name: 'maskable-512.png', edge: 512, isMaskable: true },
  { name: 'apple-touch-icon.png', edge: 180, isMaskable: true },
];

const attribute = (element, name) => {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(element)?.[1];
  if (value === undefined) throw new Error(`no ${name} in ${element}`);
  return value;
};

const colorOf = (text) => {
  const [, red, green, blue] = /^#(..)(..)(..)$/.exec(text) ?? [];
  return [red, green, blue].map((part) => parseInt(part, 16));
};

/** What is drawn, in the units of the SVG. */
export const readDrawing = (svg) => {
  const [rect] = /<rect[^>]*>/.exec(svg) ?? [];
  const [group] = /<g[^>]*>/.exec(svg) ?? [];
  const [path] = /<path[^>]*>/.exec(svg) ?? [];
  const data = attribute(path, 'd');
  const lines = [...data.matchAll(/M([\d.]+) ([\d.]+)v([\d.]+)/g)].map(([, x, y, height]) => ({
    x: Number(x),
    top: Number(y),
    bottom: Number(y) + Number(height),
  }));
  if (lines.map(({ x, top, bottom }) => `M${x} ${top}v${bottom - top}`).join('') !== data) {
    throw new Error(`these are not only upright lines: ${data}`);
  }
  return {
    edge: Number(attribute(rect, 'width')),
    cornerRadius: Number(attribute(rect, 'rx')),
    ground: colorOf(attribute(rect, 'fill')),
    ink: colorOf(attribute(group, 'stroke')),
    lineRadius: Number(attribute(group, 'stroke-width')) / 2,
    lines,
  };
};

/** How far a point is outside; negative inside. */
const outsideSquare = (x, y, edge, radius) => {
  const fromEdge = (at) => Math.abs(at - edge / 2) - edge / 2 + radius;
  const [dx, dy] = [fromEdge(x), fromEdge(y)];
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius;
};

const outsideLine = (x, y, line, radius) =>
  Math.hypot(x - line.x, y - Math.min(Math.max(y, line.top), line.bottom)) - radius;

/** Of a pixel whose middle is so far outside, in pixels. */
const coverage = (distance) => Math.min(1, Math.max(0, 0.5 - distance));

/** RGBA, 8 bits each, row by row. */
export const drawIcon = (drawing, { edge, isMaskable }) => {
  const pixels = new Uint8Array(edge * edge * 4);
  const scale = edge / drawing.edge;
  const inner = isMaskable ? MASKABLE_SCALE : 1;
  const middle = drawing.edge / 2;
  for (let row = 0; row < edge; row += 1) {
    for (let column = 0; column < edge; column += 1) {
      const [x, y] = [(column + 0.5) / scale, (row + 0.5) / scale];
      const ground = isMaskable
        ? 1
        : coverage(outsideSquare(x, y, drawing.edge, drawing.cornerRadius) * scale);
      const [lineX, lineY] = [middle + (x - middle) / inner, middle + (y - middle) / inner];
      const nearest = Math.min(
        ...drawing.lines.map((line) => outsideLine(lineX, lineY, line, drawing.lineRadius)),
      );
      const ink = coverage(nearest * inner * scale);
      const mixed = drawing.ground.map((value, k) => value + (drawing.ink[k] - value) * ink);
      pixels.set([...mixed.map(Math.round), Math.round(ground * 255)], (row * edge + column) * 4);
    }
  }
  return pixels;
};
