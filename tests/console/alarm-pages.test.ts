import { describe, expect, it } from 'vitest';
import { fc } from '#tests/support/properties.ts';
import { isCall, withBadge } from '../../dashboards/console/src/live/alarm-call.ts';
import {
  type AlarmFilters,
  addressOf,
  countChosen,
  filtersFrom,
  noFilters,
  questionOf,
} from '../../dashboards/console/src/pages/alarms/alarm-filters.ts';
import { alarmState, durationParts, stoodMs } from '../../dashboards/console/src/pages/alarms/alarm-state.ts';
import { fieldFromInstant, instantFromField } from '../../dashboards/console/src/pages/alarms/time-field.ts';

const from = '2026-01-01T04:00:00.000Z';

describe('the filters of alarms', () => {
  it('stand in the address, and come back from it', () => {
    const filters: AlarmFilters = {
      ...noFilters,
      state: 'active',
      ack: 'false',
      severity: 'major',
      place: 'b3',
      from,
    };
    expect(filtersFrom(addressOf(filters, {}) as never)).toEqual(filters);
    expect(countChosen(filters)).toBe(5);
    expect(addressOf(noFilters, { state: 'active', wall: '1' })).toEqual({ wall: '1' });
  });

  it('take an address that somebody wrote by hand for what it can mean, and never throw', () => {
    const query = { state: 'open', ack: '1', severity: 'grave', place: ['b3', 'b4'], from: 'yesterday' };
    expect(filtersFrom(query)).toEqual(noFilters);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(noFilters)), fc.string()), (any) => {
        questionOf(filtersFrom(any));
      }),
    );
  });

  it('ask the server for what was chosen alone', () => {
    expect(questionOf(noFilters)).toEqual({});
    expect(
      questionOf({ ...noFilters, ack: 'false', rule: 'smoke-alarm', from: '2026-01-01T12:00:00+08:00' }),
    ).toEqual({
      ack: false,
      rule: 'smoke-alarm',
      from,
    });
  });

  it("hold a time as a field for date and time does, to the minute, by the community's clocks", () => {
    expect(fieldFromInstant(from, 'Asia/Shanghai')).toBe('2026-01-01T12:00');
    for (const zone of ['Asia/Shanghai', 'America/New_York', 'UTC'])
      expect(instantFromField(fieldFromInstant(from, zone), zone)).toBe(from);
    expect([
      fieldFromInstant('', 'UTC'),
      instantFromField('', 'UTC'),
      instantFromField('2026-01', 'UTC'),
    ]).toEqual(['', '', '']);
  });
});

describe('how an alarm stands', () => {
  const event = { state: 'cleared', startedAt: from, clearedAt: from } as const;

  it('is active, over, or was over as it began', () => {
    expect(alarmState({ state: 'active', startedAt: from, clearedAt: null })).toBe('active');
    expect(alarmState(event)).toBe('event');
    expect(alarmState({ ...event, clearedAt: '2026-01-01T04:01:00.000Z' })).toBe('cleared');
  });

  it('is said with how long it stood, or stands, in two units at most', () => {
    expect(stoodMs({ startedAt: from, clearedAt: null }, Date.parse(from) + 5_000)).toBe(5_000);
    expect(stoodMs({ startedAt: from, clearedAt: '2026-01-01T04:00:07.000Z' }, 0)).toBe(7_000);
    expect(durationParts(0)).toEqual([{ unit: 's', value: 0 }]);
    expect(durationParts(200_000)).toEqual([
      { unit: 'min', value: 3 },
      { unit: 's', value: 20 },
    ]);
    expect(durationParts(2 * 86_400_000 + 4 * 3_600_000 + 61_000)).toEqual([
      { unit: 'd', value: 2 },
      { unit: 'h', value: 4 },
    ]);
    expect(durationParts(86_400_000 + 5_000)).toEqual([{ unit: 'd', value: 1 }]);
  });
});

describe('the call for attention', () => {
  const alarm = { severity: 'critical', ack: false, startedAt: from, clearedAt: null } as const;

  it('is for critical alarms that stand or just happened, and that nobody has seen', () => {
    expect(isCall(alarm as never)).toBe(true);
    expect(isCall({ ...alarm, clearedAt: from } as never)).toBe(true);
    expect(isCall({ ...alarm, clearedAt: '2026-01-01T05:00:00.000Z' } as never)).toBe(false);
    expect(isCall({ ...alarm, ack: true } as never)).toBe(false);
    expect(isCall({ ...alarm, severity: 'major' } as never)).toBe(false);
  });

  it('is a number in front of the title, which goes again', () => {
    expect(withBadge('Overview · Gridbell', 2)).toBe('(2) Overview · Gridbell');
    expect(withBadge('(2) Overview', 3)).toBe('(3) Overview');
    expect(withBadge('(3) Overview', 0)).toBe('Overview');
  });
});
