import { expect, it } from 'vitest';
import { distinct } from '../../dashboards/console/src/pages/rule/distinct-entries.ts';

const entry = (at: string, inputs: Record<string, number>, outcome = 'active') => ({
  at,
  inputs,
  outcome,
  reason: 'the alarm stands already',
});

it('what the trace says twice of one message is one line, whatever the order of its readings', () => {
  const [first, second] = [entry('08:00', { smoke: 1, heat: 30 }), entry('08:00', { heat: 30, smoke: 1 })];
  const [other, later] = [
    entry('08:00', { heat: 30, smoke: 1 }, 'raised'),
    entry('07:59', { heat: 30, smoke: 1 }),
  ];
  expect(distinct([first, second, other, later])).toEqual([first, other, later]);
  expect(distinct([])).toEqual([]);
});
