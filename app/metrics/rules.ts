import type { MetricBook } from '#app/metrics/metric-book.ts';
import type { RuleCounts } from '#rules/engine/rule-counts.ts';

export function ruleMetrics(book: MetricBook): void {
  book.total(
    'gridbell_rules_observations_total',
    'Observations shown to the rules: the readings of one device at one time',
    ({ sight }) => sight.engine.last?.work.observations,
  );
  book.totals(
    'gridbell_rules_transitions_total',
    'What the rules said of alarms, by kind',
    'kind',
    ({ sight }) => sight.engine.last?.work.transitions,
  );
  book.gauge(
    'gridbell_rules_waiting',
    'Rules that wait for a time, counted for each device: for, clear-for, a silence',
    ({ sight }) => sight.engine.last?.rules.waiting,
  );
  book.gauges(
    'gridbell_rules',
    'Rules by state: active, or broken (it does not load and does nothing)',
    'state',
    ({ sight }) => {
      const rules = sight.engine.last?.rules;
      return rules && { active: rules.active, broken: rules.broken };
    },
  );
  for (const { help, name, of } of perRule)
    book.totals(name, help, 'rule', ({ sight }) => boundedByRule(sight.engine.last?.rules.counts ?? {}, of));
}

/** What is told of each rule since the engine was built. */
const perRule: readonly {
  readonly name: string;
  readonly help: string;
  readonly of: (counts: RuleCounts) => number;
}[] = [
  {
    name: 'gridbell_rule_evaluations_total',
    help: 'Readings judged by a rule and timers of it that ran out, over all devices',
    of: ({ evaluations }) => evaluations,
  },
  { name: 'gridbell_rule_alarms_total', help: 'Alarms that a rule raised', of: ({ raised }) => raised },
  {
    name: 'gridbell_rule_shadow_alarms_total',
    help: 'Alarms that a rule in the shadow would have raised',
    of: ({ shadowRaised }) => shadowRaised,
  },
  {
    name: 'gridbell_rule_held_back_total',
    help: 'Evaluations of a rule that a mode or its active hours held back',
    of: ({ heldBack }) => heldBack,
  },
  {
    name: 'gridbell_rule_unknown_total',
    help: 'Evaluations of a rule for which data was missing',
    of: ({ unknown }) => unknown,
  },
  {
    name: 'gridbell_rule_too_late_total',
    help: 'Readings that came too late for a rule',
    of: ({ tooLate }) => tooLate,
  },
];

/** So many rules have a series of their own; what is beyond is summed up under `other`. */
const mostSeries = 200;

function boundedByRule(
  counts: Readonly<Record<string, RuleCounts>>,
  of: (counts: RuleCounts) => number,
): Readonly<Record<string, number>> {
  const inOrder = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
  const rest = inOrder.slice(mostSeries);
  return {
    ...Object.fromEntries(inOrder.slice(0, mostSeries).map(([id, each]) => [id, of(each)])),
    ...(rest.length === 0 ? {} : { other: rest.reduce((sum, [, each]) => sum + of(each), 0) }),
  };
}
