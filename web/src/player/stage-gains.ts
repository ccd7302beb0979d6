/** Reads the traces of what the stages of the chain did, for meters. Pure. */
import { STAGES } from '../engine/engine-protocol';

const PACKET_SECONDS = 0.02;
/** A meter is looked at less often than there are packets: what was between is not lost. */
const MEMORY_PACKETS = 4;

/**
 * The deepest gain of each of STAGES, dB, shortly before `offsetSeconds` of a cluster with the
 * trace `stageGainsDb`.
 */
export const deepestGains = (
  stageGainsDb: Float32Array,
  offsetSeconds: number,
): readonly number[] => {
  const packetCount = Math.floor(stageGainsDb.length / STAGES.length);
  const last = Math.min(packetCount - 1, Math.floor(offsetSeconds / PACKET_SECONDS + 1e-6));
  const deepest = new Array<number>(STAGES.length).fill(0);
  for (let packet = Math.max(0, last - MEMORY_PACKETS + 1); packet <= last; packet += 1) {
    for (let stage = 0; stage < STAGES.length; stage += 1) {
      const gainDb = stageGainsDb[packet * STAGES.length + stage] ?? 0;
      if (Math.abs(gainDb) > Math.abs(deepest[stage] ?? 0)) deepest[stage] = gainDb;
    }
  }
  return deepest;
};
