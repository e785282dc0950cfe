import { maySeeHealth } from '#api/authorization/role-groups.ts';
import type { Caller } from '#api/caller.ts';
import type { ApiContext } from '#api/context.ts';
import type { Area } from '#api/report/area.ts';
import type { Gathered } from '#api/report/gathering.ts';
import { alarmsLink, tasksLink } from '#api/report/links.ts';
import type { RuleShelf } from '#api/rule-shelf.ts';
import { day, type EpochMs, epochMs, plus, type RuleId } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { Stored } from '#model/configuration.ts';
import type { LocalText } from '#model/text.ts';
import type { RuleFigures } from '#store/ops/rule-figure-rows.ts';
import { minutes } from '#tasks/indicators/durations.ts';
import { countedFigures, percent } from '#tasks/indicators/figures.ts';
import type { Period } from '#tasks/indicators/period.ts';

export const unusedAfterDays = 90;

/** The time whose alarms tell which rules were used: the period, and the 90 days until its end. */
export const alarmsPeriod = ({ from, to }: Period): Period => {
  const since = plus(to, -unusedAfterDays * day);
  return { from: since < from ? since : from, to };
};

export interface RuleQuestion {
  readonly caller: Caller;
  readonly area: Area;
  readonly period: Period;
  /** Of the period. */
  readonly alarms: readonly RuleFigures[];
  /** Of `alarmsPeriod`. */
  readonly longer: readonly RuleFigures[];
  readonly gathered: Gathered;
}

interface Sum {
  readonly alarms: number;
  readonly judged: number;
  readonly genuine: number;
}

/** What each rule brought: alarms, how many of them were genuine, work; and the rules that brought nothing. */
export function ruleReport(question: RuleQuestion, shelf: RuleShelf, context: ApiContext) {
  const { alarms, area, caller, gathered, longer, period } = question;
  const standing = new Map(context.reader.all('rule').map((each) => [each.id, each]));
  const isShown = (id: string): boolean => {
    const rule = standing.get(id) ?? lastOf(id, context);
    return rule === undefined ? maySeeHealth(caller.role) : !shelf.hidesCounts(rule, caller.role);
  };
  const sums = new Map<RuleId, Sum>();
  for (const { rule, ...figures } of alarms) sums.set(rule, added(sums.get(rule), figures));
  const rules = new Set<RuleId>([...sums.keys(), ...gathered.rules.tallies.keys()]);
  const items = [...rules].filter(isShown).flatMap((rule) => {
    const sum = sums.get(rule) ?? nothing;
    const handled = gathered.rules.tallies.get(rule)?.counts.handled ?? 0;
    if (sum.alarms === 0 && handled === 0) return [];
    return [
      {
        id: rule,
        name: nameOf(rule, context),
        ...sum,
        genuineShare: percent(sum.genuine, sum.judged),
        tasks: handled,
        minutes: minutes(gathered.workMsOf.get(rule) ?? 0),
        alarmsList: alarmsLink(period, { area, rule }),
        tasksList: tasksLink(countedFigures.handled(period), { area, rule }),
      },
    ];
  });
  const lastAt = new Map<string, EpochMs>();
  for (const { lastAt: at, rule } of longer) if (at > (lastAt.get(rule) ?? 0)) lastAt.set(rule, at);
  const since = plus(epochMs(Math.min(period.to, context.platform.now())), -unusedAfterDays * day);
  const unused = [...standing.values()].filter(
    ({ body, id, updatedAt }) =>
      body['enabled'] !== false &&
      body['shadow'] !== true &&
      updatedAt < since &&
      (lastAt.get(id) ?? 0) < since &&
      isShown(id),
  );
  return {
    items: items.sort((a, b) => b.alarms - a.alarms || (a.id < b.id ? -1 : 1)),
    hidden: [...rules].filter((rule) => !isShown(rule)).length,
    unused: unused.map(({ id, updatedAt }) => ({ id, name: nameOf(id, context), changedAt: iso(updatedAt) })),
  };
}

/** What a rule that is gone said last; undefined: that is not known any more. */
function lastOf(
  id: string,
  { reader }: ApiContext,
): Pick<Stored<'rule'>, 'body' | 'id' | 'version'> | undefined {
  const deletion = reader.lastRuleVersion(id);
  const last = deletion && reader.ruleVersion(id, deletion.version - 1);
  return last?.source ? { id, version: last.version, body: last.source } : undefined;
}

const nothing: Sum = { alarms: 0, judged: 0, genuine: 0 };
const added = (sum: Sum = nothing, more: Sum): Sum => ({
  alarms: sum.alarms + more.alarms,
  judged: sum.judged + more.judged,
  genuine: sum.genuine + more.genuine,
});

const nameOf = (rule: string, context: ApiContext): LocalText | null => context.rule(rule)?.name ?? null;
