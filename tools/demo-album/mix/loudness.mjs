/** Integrated loudness of a stereo bus by ITU-R BS.1770-4 (K-weighting, two gates). */
import { Biquad } from '../synth/filters.mjs';

/** The two K-weighting filters for any sample rate (formulas of B. De Man's study, 2014). */
function kWeighting(rateHz) {
  const shelfGain = 10 ** (3.999843853973347 / 20);
  const shelfRoot = shelfGain ** 0.4996667741545416;
  const k = Math.tan((Math.PI * 1681.974450955533) / rateHz);
  const kq = k / 0.7071752369554196;
  const a0 = 1 + kq + k * k;
  const shelf = {
    b0: (shelfGain + shelfRoot * kq + k * k) / a0,
    b1: (2 * (k * k - shelfGain)) / a0,
    b2: (shelfGain - shelfRoot * kq + k * k) / a0,
    a1: (2 * (k * k - 1)) / a0,
    a2: (1 - kq + k * k) / a0,
  };
  const h = Math.tan((Math.PI * 38.13547087602444) / rateHz);
  const hq = h / 0.5003270373238773;
  const c0 = 1 + hq + h * h;
  const cut = { b0: 1, b1: -2, b2: 1, a1: (2 * (h * h - 1)) / c0, a2: (1 - hq + h * h) / c0 };
  return [new Biquad(shelf), new Biquad(cut)];
}

const toLufs = (power) => -0.691 + 10 * Math.log10(power);

/**
 * @param {{left: Float32Array, right: Float32Array, rateHz: number}} audio
 * @returns {number} LUFS; -Infinity for silence or less than 0.4 s
 */
export function integratedLoudness({ left, right, rateHz }) {
  const hop = Math.round(rateHz / 10);
  const hops = new Float64Array(Math.floor(left.length / hop));
  for (const channel of [left, right]) {
    const [shelf, cut] = kWeighting(rateHz);
    for (let index = 0; index < hops.length; index += 1) {
      let energy = 0;
      for (let frame = index * hop; frame < (index + 1) * hop; frame += 1) {
        const weighted = cut.process(shelf.process(channel[frame]));
        energy += weighted * weighted;
      }
      hops[index] += energy / hop;
    }
  }
  const blocks = [];
  for (let index = 3; index < hops.length; index += 1) {
    blocks.push((hops[index] + hops[index - 1] + hops[index - 2] + hops[index - 3]) / 4);
  }
  const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const audible = blocks.filter((power) => toLufs(power) > -70);
  if (audible.length === 0) return -Infinity;
  const gate = toLufs(mean(audible)) - 10;
  return toLufs(mean(audible.filter((power) => toLufs(power) > gate)));
}
