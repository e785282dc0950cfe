import { severities } from '../../components/severity.ts';
import type { RuleView } from '../../rules/rule-queries.ts';
import { ruleState, ruleStates } from '../../rules/rule-state.ts';

/** What the fields of the filter hold; empty: all. */
export interface RuleFilters {
  readonly q: string;
  readonly category: string;
  readonly severity: string;
  readonly state: string;
  readonly origin: string;
}

const originOf = ({ origin }: RuleView): string => (origin.startsWith('file:') ? 'file' : origin);

/** `called`: its name in the person's language. */
export function fits(rule: RuleView, called: string, filters: RuleFilters): boolean {
  const wanted = filters.q.trim().toLowerCase();
  return (
    (wanted === '' || called.toLowerCase().includes(wanted) || rule.id.toLowerCase().includes(wanted)) &&
    (filters.category === '' || rule['category'] === filters.category) &&
    (filters.severity === '' || rule['severity'] === filters.severity) &&
    (filters.state === '' || ruleState(rule) === filters.state) &&
    (filters.origin === '' || originOf(rule) === filters.origin)
  );
}

const rank = (list: readonly string[], value: unknown): number => {
  const place = list.indexOf(String(value));
  return place < 0 ? list.length : place;
};

/** What is broken first, then the gravest, then what raised most. */
export const inOrder = (rules: readonly RuleView[]): readonly RuleView[] =>
  rules.toSorted(
    (a, b) =>
      Number(a.valid) - Number(b.valid) ||
      rank(severities, a['severity']) - rank(severities, b['severity']) ||
      (b.alarms?.sevenDays ?? 0) - (a.alarms?.sevenDays ?? 0) ||
      rank(ruleStates, ruleState(b)) - rank(ruleStates, ruleState(a)) ||
      a.id.localeCompare(b.id),
  );
