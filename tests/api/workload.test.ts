import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { livedApi, month } from '#tests/api/support/lived-api.ts';
import type { RunningApi } from '#tests/api/support/running-api.ts';

const march = '?from=2026-03-01T00:00:00%2B08:00&to=2026-04-01T00:00:00%2B08:00';

let api: RunningApi;
beforeAll(async () => {
  api = await livedApi();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});
const load = async (account: string, query = march) => (await api.get(account, `/workload${query}`)).json();
const people = (answer: { items: { person: string }[] }) => answer.items.map(({ person }) => person);

describe('who carries what', () => {
  it('is for each worker the own load, and for who shares out the work that of the people of their places', async () => {
    const own = await load('w-zhou');
    expect(people(own)).toEqual(['w-zhou']);
    const all = await load('admin');
    expect(all.items.find(({ person }: { person: string }) => person === 'w-zhou')).toEqual(own.items[0]);
    expect(people(await load('c-lin'))).toEqual(['c-lin']);
    // Also who had nothing to do: who could take more is what it is for.
    expect(people(await load('l-zhao'))).toContain('c-deng');
    expect(people(await load('l-zhao'))).not.toContain('w-tang');
    expect((await load('admin', `${march}&place=g3`)).items.length).toBeLessThan(all.items.length);
  });

  it('is sorted by name and says that it is no ranking', async () => {
    const { items, note } = await load('admin');
    const names = items.map(({ name }: { name: { zh: string } }) => name.zh);
    expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b, 'zh-CN')));
    expect([note.zh, note.en].join()).toMatch(/不是排名.*no ranking/);
  });

  it('counts what a recount by hand of the histories counts', async () => {
    const { items } = await load('admin');
    const inMonth = (at: number) => at >= month.from && at < month.to;
    const tasks = api.reader.tasks({}, { limit: 1_000 }).items;
    for (const person of ['w-zhou', 'c-lin', 'm-wu']) {
      const said = items.find((each: { person: string }) => each.person === person);
      const entries = tasks.flatMap((task) => task.history.map((entry) => ({ task, ...entry })));
      const own = entries.filter(({ actor, at }) => actor === person && inMonth(at));
      const taken = own.filter(({ action }) => action === 'accept' || action === 'feedback');
      const calls = tasks.filter((task) => task.assignee === person && inMonth(task.createdAt));
      const night = calls.filter(({ createdAt }) => {
        const hour = (Math.floor(createdAt / 3_600_000) + 8) % 24;
        return hour >= 22 || hour < 6;
      });
      expect(said).toMatchObject({
        calls: calls.length,
        nightCalls: night.length,
        tasks: new Set(taken.map(({ task }) => task.id)).size,
        typed: own.filter(({ comment }) => comment !== null).length,
      });
      expect(said.nightCalls).toBeGreaterThan(0);
      const open = await api.get('admin', `${said.openList.replace('/api/v1', '')}&limit=1000`);
      expect(open.json().items).toHaveLength(said.openTasks);
    }
  });
});
