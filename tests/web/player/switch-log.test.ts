import { describe, expect, it } from '@jest/globals';
import { SWITCH_RECORD_COUNT_MAX, SwitchLog } from '../../../web/src/player/switch-log';

describe('SwitchLog', () => {
  it('tells where each change was asked for and where it was heard', () => {
    const log = new SwitchLog();
    log.requested(3);
    log.requested(4); // The last wish counts.
    log.switched(4.5);
    expect(log.records).toEqual([{ requestedAtSeconds: 4, appendedFromSeconds: 4.5 }]);
    log.clear();
    expect(log.records).toEqual([]);
  });

  it('remembers the last ones of a track that is switched for ever', () => {
    const log = new SwitchLog();
    for (let at = 0; at < SWITCH_RECORD_COUNT_MAX + 20; at += 1) {
      log.requested(at);
      log.switched(at + 0.5);
    }
    expect(log.records).toHaveLength(SWITCH_RECORD_COUNT_MAX);
    expect(log.records[0]?.requestedAtSeconds).toBe(20);
  });
});
