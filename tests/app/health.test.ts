import { describe, expect, it } from 'vitest';
import { withFlows } from '#app/flows/flows-health.ts';
import { flowsOff } from '#app/flows/flows-off.ts';
import { judgeHealth, type Vitals } from '#app/health.ts';
import type { OpenFailures } from '#app/threads/protocol.ts';
import { epochMs, hour, minute, position } from '#model/brand.ts';
import { type Difference, sightWith } from '#tests/app/support/sights.ts';

const now = 1_800_000_000_000;
const well: Vitals = { listening: true, clock: 'system', nowMs: now, sight: sightWith() };
const waiting = (oldestMs: number) => ({ batches: 9, lagRecords: 900, oldestMs });

const failed = (open: Partial<OpenFailures>): Difference => ({
  engine: { openFailures: { inQuarantine: 0, lost: 0, damaged: 0, ...open } },
});

const notWell = (vitals: Vitals): readonly (readonly [string, string])[] =>
  Object.entries(judgeHealth(vitals).checks).flatMap(([name, { detail, ok }]) =>
    ok ? [] : [[name, detail] as const],
  );

describe('health with flows', () => {
  const flows = (but: object) => ({
    ...flowsOff({ isEnabled: true, access: 'confined', memoryBytes: 2 ** 29 }).standing(),
    ...but,
  });

  it('says nothing of them where they are off', () => {
    expect(Object.keys(withFlows(judgeHealth(well), flows({})).checks)).not.toContain('flows');
  });

  it('is as ready when they crash, and says so from the third time on', () => {
    const crashed = (crashesInARow: number) =>
      withFlows(judgeHealth(well), flows({ state: 'safe-mode', crashesInARow }));
    expect(crashed(2).checks['flows']?.ok).toBe(true);
    expect(crashed(3)).toMatchObject({ ready: true, checks: { flows: { ok: false } } });
    expect(crashed(3).checks['flows']?.detail).toContain('mend them in the editor and deploy');
  });
});

describe('health', () => {
  it('is well when everything is', () => {
    expect(judgeHealth(well).ready).toBe(true);
  });

  it('is when all that it failed at since the start is dealt with', () => {
    const sight = sightWith({ engine: { failures: 3 } });
    expect(judgeHealth({ ...well, sight }).ready).toBe(true);
  });

  it('is not before anybody looked', () => {
    expect(judgeHealth({ ...well, sight: null }).ready).toBe(false);
  });

  it('is not while the broker does not listen', () => {
    expect(notWell({ ...well, listening: false })).toEqual([
      ['broker', expect.stringContaining('does not listen')],
    ]);
  });

  it.each<[string, Difference, RegExp]>([
    ['inbox', { room: { state: 'tight', reason: '9 MB are free' } }, /9 MB are free.*make room/],
    ['inbox', { room: { state: 'none', reason: 'no room' } }, /no room\. Nothing is acknowledged/],
    ['engine', failed({ inQuarantine: 1 }), /failed at 1 messages.*replay them after the update, or discard/],
    ['engine', failed({ lost: 2 }), /failed at 2 records of its own.*restart/],
    ['engine', failed({ damaged: 1 }), /1 damaged parts.*move inbox\/damaged away/],
    ['engine', { engine: { blocked: 'no room' } }, /no room.*every second/],
    ['engine', { broker: { inboxPosition: position(100_000) } }, /99990 records behind/],
    ['history', { queue: waiting(6 * minute) }, /wait since 360 s.*Is the disk slow or full\?/],
    ['history', { queue: waiting(6 * minute), takeOver: { isPaused: true } }, /is paused; readings wait/],
    [
      'history',
      { takeOver: { failure: 'no room', failuresInARow: 3 } },
      /cannot take readings over: no room/,
    ],
    ['history', { takeOver: { waiting: 'no room' } }, /no room\. readings wait/],
    ['history', { takeOver: { waiting: '9 MB are free' } }, /^9 MB are free\. readings wait/],
    ['history', { queue: null }, /cannot be read/],
    ['threads', { silentMs: { history: 6_000 } }, /history \(for 6 s\).*restart/],
    ['clock', { engine: { now: epochMs(now + hour) } }, /60 min behind.*NTP/],
  ])('is not, and names %s and what to do, with %o', (name, but, said) => {
    const vitals = { ...well, sight: sightWith(but) };
    expect(notWell(vitals)).toEqual([[name, expect.stringMatching(said)]]);
    expect(judgeHealth(vitals).ready).toBe(false);
  });

  it('blames the engine and its thread when it does not answer', () => {
    const stuck = notWell({ ...well, sight: sightWith({ silentMs: { engine: 6_000 } }) });
    expect(stuck.map(([name]) => name)).toEqual(['engine', 'threads']);
  });

  it('says but does not mind what passes: a pause of history, one failed try, a step of the clock, a broken rule', () => {
    const sight = sightWith({
      queue: waiting(minute),
      takeOver: { isPaused: true, failure: 'no room', failuresInARow: 1 },
      broker: { clockSteps: 2 },
      engine: { rules: { active: 8, broken: 1, waiting: 0, counts: {} } },
    });
    const { checks, ready } = judgeHealth({ ...well, sight });
    expect(ready).toBe(true);
    expect(checks['history']?.detail).toContain('is paused');
    expect(checks['clock']?.detail).toContain('set 2 times');
    expect(checks['engine']?.detail).toContain('1 rules do not load');
  });

  it('does not compare the clock of the data with the machine', () => {
    const sight = sightWith({ engine: { now: epochMs(now + hour) } });
    expect(judgeHealth({ ...well, clock: 'data', sight }).ready).toBe(true);
  });
});
