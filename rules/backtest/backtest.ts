import { GridbellError } from '#model/errors.ts';
import type { Compared } from '#rules/backtest/caveats.ts';
import type { BacktestReport } from '#rules/backtest/report.ts';
import { type RunOptions, runOver } from '#rules/backtest/run.ts';
import { sumUp } from '#rules/backtest/sum-up.ts';
import type { StoredRule } from '#rules/engine/rule-set.ts';
import { parseRule } from '#rules/language/check-rules.ts';
import type { Rule } from '#rules/language/rule.ts';

export interface BacktestOptions extends Omit<RunOptions, 'rule' | 'version'> {
  readonly rule: StoredRule;
  /** What the rule of that id raised in that time; null: there was none. */
  readonly compared: Compared | null;
}

/** What a rule would have done. Throws GridbellError `invalid-rule` when it does not load. */
export async function backtest({ compared, rule, ...options }: BacktestOptions): Promise<BacktestReport> {
  const run = { ...options, rule: switchedOn(rule), version: rule.version };
  return sumUp(await runOver(run), run, compared);
}

/** The question is what it would do: whether it is on, off or in the shadow now does not matter. */
function switchedOn({ id, source }: StoredRule): Rule {
  const built = parseRule({ ...source, id, enabled: true, shadow: false });
  if ('rule' in built) return built.rule;
  throw new GridbellError('invalid-rule', `Rule ${id} does not load: ${built.problems[0]?.message}`, {
    extra: { problems: built.problems },
  });
}
