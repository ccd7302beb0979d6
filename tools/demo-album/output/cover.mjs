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

/** @returns {Buffer} a PNG of 640 x 640 pixels, the same in every run */
export function drawCover() {
  const rgb = new Uint8Array(SIZE * SIZE * 3);
  const waves = ridges();
  for (let y = 0; y < SIZE; y += 1) {
    for (let x = 0; x < SIZE; x += 1) {
      let colour = sky(Math.min(1, y / HORIZON));
      const distance = Math.hypot(x - SUN.x, y - SUN.y);
      colour = mix(colour, [255, 206, 140], 0.5 * Math.exp(-Math.max(0, distance - 128) / 60));
      const disc = mix([255, 244, 206], [255, 138, 98], clamp((y - 164) / 150));
      colour = mix(colour, disc, clamp(SUN.radius - distance + 0.5));
      for (const { depth, line } of waves) {
        const below = y - line[x];
        if (below < -2) continue;
        const water = mix([126, 58, 104], [12, 14, 40], depth ** 0.6);
        colour = mix(colour, water, clamp(below + 0.5));
        const slope = Math.abs(line[Math.min(SIZE - 1, x + 1)] - line[x]);
        const thin = 1.1 + 0.7 * depth + 0.5 * slope;
        const lit = clamp(thin - Math.abs(below)) * (0.9 - 0.35 * depth);
        colour = mix(colour, [255, 214, 158], lit);
      }
      const at = (y * SIZE + x) * 3;
      for (let part = 0; part < 3; part += 1) rgb[at + part] = Math.round(colour[part]);
    }
  }
  return encodePng(SIZE, SIZE, rgb);
}
