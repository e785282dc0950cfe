import { expect, it } from 'vitest';
import { distinct } from '../../dashboards/console/src/pages/rule/distinct-entries.ts';

const entry = (at: string, inputs: Record<string, number>, outcome = 'active') => ({
  at,
  inputs,
  outcome,
  reason: 'the alarm stands already',
});

it('what the trace says twice of one message is one line, whatever the order of its readings', () => {
  const first = entry('2026-01-01T00:00:10.500Z', { smoke: 1, heat: 30 });
  const second = entry('2026-01-01T00:00:10.100Z', { heat: 30, smoke: 1 });
  const other = entry('2026-01-01T00:00:10.100Z', { heat: 30, smoke: 1 }, 'raised');
  const later = entry('2026-01-01T00:00:09.900Z', { heat: 30, smoke: 1 }, 'raised');
  expect(distinct([first, second, other, later])).toEqual([first, other, later]);
  expect(distinct([])).toEqual([]);
});
