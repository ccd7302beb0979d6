/** Draws the album's cover: a low sun over a sea whose waves are sound waves. */
import { Random } from '../synth/random.mjs';
import { encodePng } from './png.mjs';

const SIZE = 640;
const SUN = { x: 320, y: 292, radius: 128 };
const HORIZON = 300;
const RIDGE_COUNT = 17;
/** Colours from the top of the sky to the horizon, [share of the way, red, green, blue]. */
const SKY = [
  [0, 18, 20, 52],
  [0.45, 74, 42, 104],
  [0.75, 190, 84, 108],
  [1, 250, 170, 112],
];

const mix = (from, to, share) => from.map((value, index) => value + (to[index] - value) * share);
const clamp = (value) => Math.max(0, Math.min(1, value));

function sky(share) {
  for (let index = 1; index < SKY.length; index += 1) {
    const [at, ...colour] = SKY[index];
    const [from, ...before] = SKY[index - 1];
    if (share <= at) return mix(before, colour, (share - from) / (at - from));
  }
  return SKY[SKY.length - 1].slice(1);
}

/** Height in pixels of one ridge: a few sines under a bell, like a note seen from the side. */
function ridges() {
  const random = new Random(2024);
  return Array.from({ length: RIDGE_COUNT }, (_, index) => {
    const depth = index / (RIDGE_COUNT - 1);
    const centre = SIZE * random.between(0.3, 0.7);
    const waves = Array.from({ length: 4 }, (_, wave) => ({
      cycles: random.between(2, 5) * (wave + 1),
      phase: random.next(),
      level: 1 / (wave + 1.2),
    }));
    const line = new Float64Array(SIZE);
    for (let x = 0; x < SIZE; x += 1) {
      const bell = Math.exp(-(((x - centre) / (SIZE * (0.16 + 0.1 * depth))) ** 2));
      let sum = 0;
      for (const { cycles, phase, level } of waves) {
        sum += level * Math.sin(2 * Math.PI * ((cycles * x) / SIZE + phase));
      }
      line[x] = HORIZON + 8 + depth ** 1.35 * 300 - bell * Math.abs(sum) * (10 + 34 * depth);
    }
    return { depth, line };
  });
}

/** Moves a colour towards another in place; most pixels need nothing, so 0 returns at once. */
function blend(colour, red, green, blue, share) {
  if (share <= 0) return;
  colour[0] += (red - colour[0]) * share;
  colour[1] += (green - colour[1]) * share;
  colour[2] += (blue - colour[2]) * share;
}

function paintSun(colour, x, y) {
  const distance = Math.hypot(x - SUN.x, y - SUN.y);
  blend(colour, 255, 206, 140, 0.5 * Math.exp(-Math.max(0, distance - SUN.radius) / 60));
  const down = clamp((y - (SUN.y - SUN.radius)) / 150);
  blend(colour, 255, 244 - 106 * down, 206 - 108 * down, clamp(SUN.radius - distance + 0.5));
}

function paintWaves(colour, x, y, waves) {
  for (const { depth, line } of waves) {
    const slope = line[Math.min(SIZE - 1, x + 1)] - line[Math.max(0, x - 1)];
    // The distance to the line is measured across it, so that steep flanks stay whole.
    const below = (y - line[x]) / Math.hypot(1, slope / 2);
    if (below < -2) continue;
    const dark = depth ** 0.6;
    blend(colour, 126 - 114 * dark, 58 - 44 * dark, 104 - 64 * dark, clamp(below + 0.5));
    const lit = clamp(1.2 + 0.7 * depth - Math.abs(below)) * (0.9 - 0.35 * depth);
    blend(colour, 255, 214, 158, lit);
  }
}

/** @returns {Buffer} a PNG of 640 x 640 pixels, the same in every run */
export function drawCover() {
  const rgb = new Uint8Array(SIZE * SIZE * 3);
  const waves = ridges();
  const colour = new Float64Array(3);
  for (let y = 0; y < SIZE; y += 1) {
    const air = sky(Math.min(1, y / HORIZON));
    for (let x = 0; x < SIZE; x += 1) {
      colour.set(air);
      paintSun(colour, x, y);
      if (y > HORIZON - 90) paintWaves(colour, x, y, waves);
      const at = (y * SIZE + x) * 3;
      for (let part = 0; part < 3; part += 1) rgb[at + part] = Math.round(colour[part]);
    }
  }
  return encodePng(SIZE, SIZE, rgb);
}
