import type { EpochMs } from '#model/brand.ts';
import type { Compared } from '#rules/backtest/caveats.ts';
import type { RaisedAlarm } from '#rules/backtest/compare.ts';
import { parseRule } from '#rules/language/check-rules.ts';
import type { OpsReader } from '#store/ops/reader.ts';

const pageSize = 5_000;
const mostAlarms = 100_000;
/** As many as are kept of a rule, and one that tells whether there were more. */
const mostVersions = 200;

/** What the rule of that id raised in from ≤ t < to, and how it was changed meanwhile; null: there is no such rule. */
export function ruleOfThen(
  ops: Pick<OpsReader, 'get' | 'alarms' | 'ruleVersions'>,
  id: string,
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
): Compared | null {
  if (!ops.get('rule', id)) return null;
  const raised: RaisedAlarm[] = [];
  let cursor: string | null = '';
  while (cursor !== null && raised.length < mostAlarms) {
    const page = ops.alarms(
      { rule: id, from, to },
      { limit: pageSize, ...(cursor === '' ? {} : { cursor }) },
    );
    raised.push(...page.items);
    cursor = page.next;
  }
  const versions = ops.ruleVersions(id, { limit: mostVersions }).items;
  const first = versions.at(-1);
  return {
    raised,
    since: first?.version === 1 ? first.at : null,
    changes: versions.filter(({ at, version }) => version > 1 && at > from && at < to).length,
  };
}

/** Of all rules that load: the engine keeps readings for so long after newer ones, whichever rule looks them up. */
export function longestLatenessMs(ops: Pick<OpsReader, 'all'>): number {
  return Math.max(
    0,
    ...ops.all('rule').map(({ body, id }) => {
      const built = parseRule({ ...body, id });
      return 'rule' in built ? built.rule.latenessMs : 0;
    }),
  );
}
