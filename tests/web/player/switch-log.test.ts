import { describe, expect, it } from '@jest/globals';
import { SWITCH_RECORD_COUNT_MAX, SwitchLog } from '../../../web/src/player/switch-log';

describe('SwitchLog', () => {
  it('tells where each change was asked for and where it was heard', () => {
    const log = new SwitchLog();
    log.requested(3, 900);
    log.requested(4, 1000); // The last wish counts.
    log.switched(4.5);
    const record = { requestedAtSeconds: 4, appendedFromSeconds: 4.5, requestedAtMs: 1000 };
    expect(log.records).toEqual([{ ...record, heardAtMs: null }]);
    log.progress(4.49, 1490);
    expect(log.records).toEqual([{ ...record, heardAtMs: null }]);
    log.progress(4.7, 1700); // Seen late, but it is known how late.
    expect(log.records[0]?.heardAtMs).toBeCloseTo(1500, 6);
    log.progress(4.9, 1950);
    expect(log.records[0]?.heardAtMs).toBeCloseTo(1500, 6);
    log.clear();
    expect(log.records).toEqual([]);
  });

  it('takes a playhead that was moved far behind the switch for one that hears it now', () => {
    const log = new SwitchLog();
    log.requested(4, 1000);
    log.switched(4.5);
    log.progress(90, 1100);
    expect(log.records[0]?.heardAtMs).toBe(1100);
  });

  it('says no sound earlier than its wish', () => {
    const log = new SwitchLog();
    log.requested(4, 1000);
    log.switched(3);
    log.progress(4.1, 1050);
    expect(log.records[0]?.heardAtMs).toBe(1000);
  });

  it('remembers the last ones of a track that is switched for ever', () => {
    const log = new SwitchLog();
    for (let at = 0; at < SWITCH_RECORD_COUNT_MAX + 20; at += 1) {
      log.requested(at, 1000 * at);
      log.switched(at + 0.5);
    }
    expect(log.records).toHaveLength(SWITCH_RECORD_COUNT_MAX);
    expect(log.records[0]?.requestedAtSeconds).toBe(20);
  });
});
