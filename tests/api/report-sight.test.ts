import { describe, expect, it } from 'vitest';
import { day, type EpochMs, plus, type RuleId } from '#model/brand.ts';
import type { ResourceChange } from '#model/command.ts';
import type { RuleBody } from '#model/rule-version.ts';
import { livedApi, month } from '#tests/api/support/lived-api.ts';
import type { RunningApi } from '#tests/api/support/running-api.ts';
import { alarm } from '#tests/store/ops/support/samples.ts';

const rule = (id: string, property: string, when: string) => ({
  id,
  name: { zh: id, en: id },
  category: 'elderly-care',
  severity: 'minor',
  property,
  when,
  task: 'none',
});
/** As it was put then; null: deleted. */
function put(api: RunningApi, id: string, body: RuleBody | null, at: EpochMs): void {
  const change = body === null ? { op: 'delete' as const } : { op: 'put' as const, body };
  api.write((writer) => {
    writer.applyChange({ ...change, resource: 'rule', id } as ResourceChange, at, {
      actor: { kind: 'account', id: 'admin' },
      reason: 'test',
    });
  });
  api.configuration.invalidate();
}
const rulesOf = async (api: RunningApi, account: string) => {
  const { rules } = (await api.get(account, '/summaries/monthly?date=2026-03-10')).json();
  return {
    ids: rules.items
      .map(({ id }: { id: string }) => id)
      .filter((id: string) => /^(pulse|damp|gone)/.test(id)),
    unused: rules.unused.map(({ id }: { id: string }) => id),
    hidden: rules.hidden,
  };
};

describe('a report', () => {
  it('tells of rules on vitals to those who see vitals alone, also when the rule is gone', async () => {
    await using api = await livedApi();
    put(api, 'pulse', rule('pulse', 'heart-rate', 'value > 130'), month.from);
    put(api, 'gone-pulse', rule('gone-pulse', 'heart-rate', 'value > 131'), month.from);
    put(api, 'damp', rule('damp', 'humidity', 'value > 95'), month.from);
    put(api, 'gone-damp', rule('gone-damp', 'humidity', 'value > 96'), month.from);
    api.write((writer) => {
      for (const id of ['pulse', 'gone-pulse', 'damp', 'gone-damp'])
        writer.putAlarm(alarm(`a-${id}`, { rule: id as RuleId, startedAt: plus(month.from, day) }));
    });
    for (const id of ['gone-pulse', 'gone-damp']) put(api, id, null, plus(month.from, 2 * day));
    expect((await rulesOf(api, 'c-lin')).ids).toEqual(['damp', 'gone-damp', 'gone-pulse', 'pulse']);
    const manager = await rulesOf(api, 'm-wu');
    expect(manager.ids).toEqual(['damp', 'gone-damp']);
    // The three rules of the month were never known here.
    expect(manager.hidden).toBe(2 + 3);
  });

  it('lists rules that brought nothing for 90 days, but those on trial, switched off, or younger', async () => {
    await using api = await livedApi();
    const before = plus(month.from, -100 * day);
    const plain = rule('any', 'humidity', 'value > 95');
    put(api, 'idle', plain, before);
    put(api, 'idle-pulse', rule('idle-pulse', 'heart-rate', 'value > 130'), before);
    put(api, 'on-trial', { ...plain, shadow: true }, before);
    put(api, 'off', { ...plain, enabled: false }, before);
    put(api, 'young', plain, month.from);
    expect((await rulesOf(api, 'admin')).unused.sort()).toEqual(['idle', 'idle-pulse']);
    expect((await rulesOf(api, 'm-wu')).unused).toEqual(['idle']);
  });
});
