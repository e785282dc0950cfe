import { someRules } from '#tests/rules/reference/random-rules.ts';
import { type Planned, start, streams } from '#tests/rules/reference/random-streams.ts';
import type { RuleTree } from '#tests/rules/reference/rule-tree.ts';
import type { Trouble } from '#tests/rules/reference/step.ts';
import { devices } from '#tests/rules/reference/village.ts';
import { fc } from '#tests/support/properties.ts';

/** A snapshot is taken, after which the engine may crash. */
export interface Cut {
  /** After this step of the troubled stream, counted round and round. */
  readonly after: number;
  readonly isCrash: boolean;
}

/** Random rules, what devices say to them, and what else happens. */
export interface Case {
  readonly unitMs: number;
  readonly zone: string;
  readonly rules: readonly RuleTree[];
  /** The orderly stream, with the disorder that is planned for it. */
  readonly steps: readonly Planned[];
  /** What the reference does not know of: for the law of crashes. */
  readonly troubles: readonly Trouble[];
  readonly cuts: readonly Cut[];
}

const places = ['r11', 'r12', 'u1', 'b2', 'g2', 'r21', null];

/** The rules change: one goes, one is rated otherwise, one waits longer, or all are others. */
const rewritten = (rules: readonly RuleTree[]): fc.Arbitrary<readonly RuleTree[]> =>
  fc.oneof(
    someRules,
    fc.constantFrom(
      rules,
      rules.slice(1),
      rules.map((rule) => ({ ...rule, severity: 'warning' as const })),
      rules.map((rule, index) =>
        index > 0 || rule.trigger.is !== 'state'
          ? rule
          : { ...rule, trigger: { ...rule.trigger, for: rule.trigger.for + 1 } },
      ),
    ),
  );

const troubles = (rules: readonly RuleTree[], unitMs: number): fc.Arbitrary<readonly Trouble[]> => {
  const at = fc.integer({ min: 0, max: 60 }).map((units) => start + units * unitMs);
  return fc.array(
    fc.oneof(
      fc.record({ does: fc.constant('down' as const), at }),
      fc.record({
        does: fc.constant('move' as const),
        at,
        device: fc.constantFrom(...devices.map(({ id }) => id)),
        place: fc.constantFrom(...places),
      }),
      fc.record({ does: fc.constant('rewrite' as const), at, rules: rewritten(rules) }),
    ),
    { maxLength: 4 },
  );
};

const cuts = fc.array(fc.record({ after: fc.nat(120), isCrash: fc.boolean() }), {
  minLength: 1,
  maxLength: 8,
});

/** A second, a minute or an hour is the unit: an hour for days and habits, a second for what goes fast. */
export const cases: fc.Arbitrary<Case> = fc
  .record({
    unitMs: fc.constantFrom(1000, 60_000, 3_600_000),
    zone: fc.constantFrom('Asia/Shanghai', 'Europe/Berlin'),
    rules: someRules,
  })
  .chain(({ unitMs, zone, rules }) =>
    fc.record({
      unitMs: fc.constant(unitMs),
      zone: fc.constant(zone),
      rules: fc.constant(rules),
      steps: streams(unitMs),
      troubles: troubles(rules, unitMs),
      cuts,
    }),
  );
