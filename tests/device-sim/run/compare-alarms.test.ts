import { describe, expect, it } from 'vitest';
import type { ExpectedAlarm } from '#device-sim/message.ts';
import type { SeenAlarm } from '#device-sim/run/alarms-seen.ts';
import { compareAlarms, isAsAnnounced } from '#device-sim/run/compare-alarms.ts';
import { epochMs, plus } from '#model/brand.ts';
import { iso } from '#model/clock.ts';

const start = epochMs(1_767_196_800_000);
const end = plus(start, 3_600_000);

const expected = (from: number, to = from + 10_000, task = true): ExpectedAlarm => ({
  scenario: 'fire',
  rule: 'smoke-alarm',
  key: 'smoke-1',
  from: plus(start, from),
  to: plus(start, to),
  task,
});
const seen = (at: number, { key = 'smoke-1', rule = 'smoke-alarm', tasks = ['t-1'] } = {}): SeenAlarm => ({
  id: `a-${at}`,
  rule,
  key,
  device: key,
  startedAt: iso(plus(start, at)),
  tasks,
});

describe('the alarms of a run', () => {
  it('are as announced when each came once, in time, with its task', () => {
    const comparison = compareAlarms([expected(0), expected(60_000)], [seen(61_000), seen(2_000)], end);
    expect(isAsAnnounced(comparison)).toBe(true);
    expect(comparison).toMatchObject({ announced: 2, came: 2 });
  });

  it.each([
    ['that came too late', [expected(0)], [seen(11_000)], { missing: 1, unannounced: 1 }],
    ['that came twice', [expected(0)], [seen(1_000), seen(2_000)], { missing: 0, unannounced: 1 }],
    ['of another device', [expected(0)], [seen(1_000, { key: 'smoke-2' })], { missing: 1, unannounced: 1 }],
    ['of another rule', [expected(0)], [seen(1_000, { rule: 'fall' })], { missing: 1, unannounced: 1 }],
    ['that did not come', [expected(0)], [], { missing: 1, unannounced: 0 }],
  ])('one %s is told', (_what, announced, came, { missing, unannounced }) => {
    const comparison = compareAlarms(announced, came, end);
    expect(comparison.missing).toHaveLength(missing);
    expect(comparison.unannounced).toHaveLength(unannounced);
    expect(isAsAnnounced(comparison)).toBe(false);
  });

  it('one without a task is told when it should have one', () => {
    const alone = seen(1_000, { tasks: [] });
    expect(compareAlarms([expected(0)], [alone], end).withoutTask).toHaveLength(1);
    expect(compareAlarms([expected(0, 10_000, false)], [alone], end).withoutTask).toHaveLength(0);
  });

  it('one that may still come behind the end is not missed, and not unannounced when it came', () => {
    const late = expected(3_595_000, 3_605_000);
    expect(compareAlarms([late], [], end)).toMatchObject({ announced: 0, missing: [] });
    expect(compareAlarms([late], [seen(3_596_000)], end)).toMatchObject({ announced: 1, unannounced: [] });
    expect(compareAlarms([expected(3_600_000)], [], end).announced).toBe(0);
  });
});
