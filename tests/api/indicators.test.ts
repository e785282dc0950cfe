import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { livedApi, month } from '#tests/api/support/lived-api.ts';
import type { RunningApi } from '#tests/api/support/running-api.ts';

interface Counted {
  readonly id: string;
  readonly value: number;
  readonly list: string;
}
interface Grouped {
  readonly id: string;
  readonly lists: Readonly<Record<string, string>> | null;
  readonly [column: string]: unknown;
}

let api: RunningApi;
beforeAll(async () => {
  api = await livedApi();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

/** All pages of a list. */
async function listed(account: string, url: string): Promise<readonly { readonly id: string }[]> {
  const found: { id: string }[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const path: string = `${url.replace('/api/v1', '')}&limit=1000&history=1${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const answer = await api.get(account, url.includes('/alarms?') ? path.replace('&history=1', '') : path);
    expect(answer.statusCode, answer.body).toBe(200);
    const page = answer.json() as { items: { id: string }[]; next: string | null };
    found.push(...page.items);
    cursor = page.next;
  }
  return found;
}

const report = async (account = 'admin', query = '') =>
  (await api.get(account, `/summaries/monthly?date=2026-03-10${query}`)).json();

/** The same figures by nothing but tasks and their histories. */
function recounted(): Readonly<Record<string, number>> {
  using db = new DatabaseSync(api.opsPath, { readOnly: true });
  const { from, to } = month;
  const one = (text: string): number => Number(Object.values(db.prepare(text).get() ?? {})[0]);
  const created = `t.body ->> '$.createdAt' >= ${from} and t.body ->> '$.createdAt' < ${to}`;
  const had = (state: string) =>
    `exists (select 1 from task_history h where h.task = t.id and h.to_state = '${state}')`;
  const last = (state: string) =>
    `(select max(at) from task_history h where h.task = t.id and h.to_state = '${state}' and h.from_state <> '${state}')`;
  const isClosed = `t.state in ('closed', 'evaluated')`;
  const closedAt = last('closed');
  const dueAt = `coalesce(t.handle_by, t.accept_by)`;
  const due = `${dueAt} >= ${from} and ${dueAt} < ${to} and t.state not in ('void', 'rejected') and (${had('filed')} or ${had('dispatched')})`;
  const closedIn = `${isClosed} and ${closedAt} >= ${from} and ${closedAt} < ${to}`;
  const isOpenAtEnd = `t.body ->> '$.createdAt' < ${to} and not (${isClosed} and ${closedAt} < ${to})
    and not (t.state in ('void', 'rejected') and (select max(at) from task_history h where h.task = t.id) < ${to})`;
  const hadBefore = (states: readonly string[]) =>
    `exists (select 1 from task_history h where h.task = t.id and h.at < ${to} and h.to_state in ('${states.join("', '")}'))`;
  const closeBy = `t.body ->> '$.closeBy'`;
  const checkDue = `t.state in ('feedback', 'closed', 'evaluated') and ${closeBy} >= ${from} and ${closeBy} < ${to}`;
  const ratedAt = `(select max(at) from task_history h where h.task = t.id and h.action = 'evaluate')`;
  const rated = `${ratedAt} >= ${from} and ${ratedAt} < ${to}`;
  const tasks = (where: string): number => one(`select count(*) from tasks t where ${where}`);
  return {
    reported: tasks(created),
    filed: tasks(`${created} and ${had('filed')}`),
    rejected: tasks(`${created} and t.state = 'rejected'`),
    void: tasks(`${created} and t.state = 'void'`),
    due: tasks(due),
    closedOfDue: tasks(`${due} and ${isClosed} and ${closedAt} < ${to}`),
    inTime: tasks(`${due} and ${isClosed} and ${closedAt} < ${to} and ${last('feedback')} <= ${dueAt}`),
    suspendedOfDue: tasks(`${due} and ${had('suspended')}`),
    accepted: one(
      `select count(*) from (select min(at) as at from task_history where to_state = 'accepted' group by task) where at >= ${from} and at < ${to}`,
    ),
    handled: tasks(`${last('feedback')} >= ${from} and ${last('feedback')} < ${to}`),
    closed: tasks(closedIn),
    reworked: tasks(`${closedIn} and ${had('rework')}`),
    reopened: one(
      `select count(*) from (select max(at) as at from task_history where action = 'reopen' group by task) where at >= ${from} and at < ${to}`,
    ),
    open: tasks(isOpenAtEnd),
    overdue: tasks(
      `${isOpenAtEnd} and t.state not in ('void', 'rejected', 'suspended') and case
         when not (${hadBefore(['filed', 'dispatched'])}) then t.body ->> '$.verifyBy'
         when t.state in ('feedback', 'closed', 'evaluated') and ${last('feedback')} < ${to} then t.body ->> '$.closeBy'
         else ${dueAt} end < ${to}`,
    ),
    checkDue: tasks(checkDue),
    checkedInTime: tasks(
      `${checkDue} and ${isClosed} and ${closedAt} < ${to} and ${closedAt} <= t.body ->> '$.closeBy'`,
    ),
    rated: tasks(rated),
    ratedLow: tasks(
      `${rated} and (select h.because ->> '$[0].rating' from task_history h where h.task = t.id and h.action = 'evaluate' order by h.n desc limit 1) <= 2`,
    ),
  };
}

describe('a month of the demo community', () => {
  it('says the same as its lists and as a recount by plain SQL', async () => {
    const { counts } = await report();
    const said = Object.fromEntries(counts.map(({ id, value }: Counted) => [id, value]));
    expect(said).toEqual(recounted());
    // Of nothing that is zero would it be shown that it counts.
    expect(counts.filter(({ value }: Counted) => value === 0)).toEqual([]);
    for (const { id, list, value } of counts as Counted[])
      expect([id, (await listed('admin', list)).length]).toEqual([id, value]);
  });

  it('says what the work was worth, as the ratings in the histories have it', async () => {
    const { categories, parts, ratings } = await report();
    using db = new DatabaseSync(api.opsPath, { readOnly: true });
    const given = db
      .prepare(
        `select task, at, because ->> '$[0].rating' as rating from task_history where action = 'evaluate' order by task, n`,
      )
      .all() as { task: string; at: number; rating: number }[];
    const last = [...new Map(given.map((each) => [each.task, each])).values()].filter(
      ({ at }) => at >= month.from && at < month.to,
    );
    const sum = last.reduce((total, { rating }) => total + rating, 0);
    expect(last.length).toBeGreaterThan(5);
    expect(ratings).toMatchObject({ of: last.length, mean: Math.round((sum * 100) / last.length) / 100 });
    expect((await listed('admin', ratings.list)).length).toBe(last.length);
    for (const groups of [categories, parts] as Grouped[][])
      expect(groups.reduce((total, { rated }) => total + Number(rated), 0)).toBe(last.length);
    const [some] = (parts as Grouped[]).filter(({ lists, rated }) => lists !== null && Number(rated) > 0);
    expect((await listed('admin', some?.lists?.['rated'] ?? '')).length).toBe(some?.['rated']);
    expect(some?.['meanRating']).toBeGreaterThanOrEqual(1);
  });

  it('says so of each category and each grid, and of what a grid leader sees', async () => {
    for (const [account, query] of [
      ['admin', ''],
      ['l-zhao', ''],
      ['m-wu', '&place=g1,g2'],
      ['l-zhao', '&place=b3'],
    ] as const) {
      const { categories, counts, parts, places } = await report(account, query);
      for (const { id, list, value } of counts as Counted[])
        expect([account, id, (await listed(account, list)).length]).toEqual([account, id, value]);
      for (const group of [...categories, ...parts] as Grouped[])
        for (const column of ['due', 'inTime', 'open'])
          if (group.lists !== null)
            expect([group.id, column, (await listed(account, group.lists[column] ?? '')).length]).toEqual([
              group.id,
              column,
              group[column],
            ]);
      const sum = (groups: readonly Grouped[]) => groups.reduce((total, { due }) => total + Number(due), 0);
      const whole = (counts as Counted[]).find(({ id }) => id === 'due')?.value;
      expect([sum(categories), sum(parts)]).toEqual([whole, whole]);
      expect(places === null).toBe(account === 'admin');
    }
  });

  it('counts the alarms of each rule, what people said of them, and minutes of work', async () => {
    const { alarms, rules } = await report();
    using db = new DatabaseSync(api.opsPath, { readOnly: true });
    const { n } = db
      .prepare('select count(*) as n from alarms where started_at >= ? and started_at < ?')
      .get(month.from, month.to) as { n: number };
    expect(alarms.total).toBe(n);
    expect((await listed('admin', alarms.list)).length).toBe(n);
    expect((await listed('admin', alarms.critical.list)).length).toBe(alarms.critical.count);
    expect(rules.items.length).toBe(3);
    for (const rule of rules.items) {
      expect((await listed('admin', rule.alarmsList)).length).toBe(rule.alarms);
      expect((await listed('admin', rule.tasksList)).length).toBe(rule.tasks);
      expect(rule.genuineShare).toBe(Math.round((rule.genuine * 10_000) / rule.judged) / 100);
      expect(rule.minutes).toBeGreaterThan(0);
    }
  });

  it('is compared with the month before, and its days add up to it', async () => {
    const { counts, days, previous } = await report();
    expect(previous).toEqual({ from: '2026-01-31T16:00:00.000Z', to: '2026-02-28T16:00:00.000Z' });
    expect(days).toHaveLength(31);
    const of = (id: string) => (counts as Counted[]).find((each) => each.id === id)?.value;
    const sum = (what: 'reported' | 'closed') =>
      days.reduce((total: number, day: Record<string, number>) => total + (day[what] ?? 0), 0);
    expect([sum('reported'), sum('closed')]).toEqual([of('reported'), of('closed')]);
  });

  it('that still runs is counted until now, and compared with as much of the one before', async () => {
    const { counts, isOver, period, previous } = (await api.get('admin', '/summaries/monthly')).json();
    expect({ isOver, period, previous }).toEqual({
      isOver: false,
      period: { from: '2026-03-31T16:00:00.000Z', to: '2026-04-30T16:00:00.000Z' },
      previous: { from: '2026-02-28T16:00:00.000Z', to: '2026-03-14T16:00:00.001Z' },
    });
    for (const { id, list, value } of counts as Counted[]) {
      expect([id, (await listed('admin', list)).length]).toEqual([id, value]);
      if (id === 'overdue') expect(list).toContain('overdueAt=2026-04-14T16%3A00%3A00.001Z');
    }
    const ahead = await api.get('admin', '/summaries/daily?date=2026-04-16');
    expect(ahead.json()).toMatchObject({ status: 400, issues: [{ path: 'date' }] });
  });
});
