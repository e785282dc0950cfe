import fc from 'fast-check';
import { heard, Player } from '#tests/rules/reference/played.ts';
import { someRules } from '#tests/rules/reference/random-rules.ts';
import { type Planned, start, streams } from '#tests/rules/reference/random-streams.ts';
import { expectedAlarms } from '#tests/rules/reference/reference.ts';
import { conditionText, ruleSource } from '#tests/rules/reference/rule-text.ts';
import type { RuleTree } from '#tests/rules/reference/rule-tree.ts';
import type { Told } from '#tests/rules/reference/told.ts';

/** Random rules and what devices say to them. */
export interface Case {
  readonly unitMs: number;
  readonly zone: string;
  readonly rules: readonly RuleTree[];
  readonly steps: readonly Planned[];
}

export const cases: fc.Arbitrary<Case> = fc
  .record({
    unitMs: fc.constantFrom(1000, 60_000, 3_600_000),
    zone: fc.constantFrom('Asia/Shanghai', 'Europe/Berlin'),
  })
  .chain(({ unitMs, zone }) =>
    fc.record({
      unitMs: fc.constant(unitMs),
      zone: fc.constant(zone),
      rules: someRules,
      steps: streams(unitMs),
    }),
  );

/** One line for each alarm, times in units from the start; sorted. */
export function lines(alarms: readonly Told[], unitMs: number): readonly string[] {
  const units = (at: number | null): string => (at === null ? '' : String((at - start) / unitMs));
  return alarms
    .map(
      ({ rule, key, device, from, to, severities }) =>
        `${rule} ${key} ${device} ${units(from)}…${units(to)} ${severities.map(([at, severity]) => `${severity} ${units(at)}`).join(', ')}`,
    )
    .sort();
}
