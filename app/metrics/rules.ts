import type { MetricBook } from '#app/metrics/metric-book.ts';

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
}
