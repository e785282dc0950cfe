import type { PlannedFile, PlannedTest } from '#app/rule-tests/read-test-file.ts';
import type { TestStand } from '#app/rule-tests/stand.ts';

/** What a rule did in one test. */
export interface RuleOutcome {
  readonly rule: string;
  /** Nothing stands that could be cleared. */
  readonly isEvent: boolean;
  /** It was asked for a device, and raised nothing for it. */
  readonly isQuiet: boolean;
  readonly isRaised: boolean;
  readonly isCleared: boolean;
}

/** In how many tests a rule did what it can do. */
export interface RuleCoverage {
  readonly rule: string;
  readonly fires: number;
  /** It was asked for a device, and raised nothing for it. */
  readonly staysQuiet: number;
  /** Null: there is nothing to clear. */
  readonly clears: number | null;
}

/** What each rule did until now. */
export function outcomesOf(
  stand: TestStand,
  { rules }: PlannedFile,
  { steps }: PlannedTest,
): readonly RuleOutcome[] {
  const spoke = [...new Set(steps.flatMap((step) => (step.kind === 'say' ? [step.device] : [])))];
  const { alarms } = stand;
  return rules.map(({ id, source }) => {
    const own = alarms.filter(({ rule }) => String(rule) === id);
    return {
      rule: id,
      isEvent: source['event'] === true,
      isQuiet: spoke.some(
        (device) => !own.some((alarm) => alarm.device === device) && stand.isJudged(id, device),
      ),
      isRaised: own.length > 0,
      isCleared: own.some(({ state }) => state === 'cleared'),
    };
  });
}

/** By rule, in order of id. */
export function coverageOf(outcomes: Iterable<RuleOutcome>): readonly RuleCoverage[] {
  const byRule = new Map<string, RuleOutcome[]>();
  for (const outcome of outcomes) {
    const known = byRule.get(outcome.rule);
    if (known) known.push(outcome);
    else byRule.set(outcome.rule, [outcome]);
  }
  return [...byRule]
    .map(([rule, all]) => ({
      rule,
      fires: all.filter(({ isRaised }) => isRaised).length,
      staysQuiet: all.filter(({ isQuiet }) => isQuiet).length,
      clears: all.some(({ isEvent }) => isEvent) ? null : all.filter(({ isCleared }) => isCleared).length,
    }))
    .sort((a, b) => (a.rule < b.rule ? -1 : 1));
}

/** What no test shows of it: a rule that is only ever seen to fire may fire always. */
export const missingIn = ({ clears, fires, staysQuiet }: RuleCoverage): readonly string[] => [
  ...(fires === 0 ? ['firing'] : []),
  ...(staysQuiet === 0 ? ['staying quiet'] : []),
  ...(clears === 0 ? ['clearing'] : []),
];
