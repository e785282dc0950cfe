import { describe, expect, it } from 'vitest';
import {
  type DeviceId,
  epochMs,
  type PersonId,
  type PlaceId,
  type RuleId,
  type TaskId,
} from '#model/brand.ts';
import { taskStates } from '#model/task.ts';
import type { OpsReader } from '#store/ops/reader.ts';
import { isOverdue } from '#tasks/overdue.ts';
import { disposableStore } from '#tests/store/ops/support/disposable-store.ts';
import { alarm, at, entry, task } from '#tests/store/ops/support/samples.ts';

const idsOf = (page: { readonly items: readonly { readonly id: string }[] }) =>
  page.items.map(({ id }) => id);
const places = (...ids: string[]) => ids as PlaceId[];
/** What somebody might send for an id to make it more than an id. */
const hostile = [
  `' or 1=1 --`,
  `"; drop table alarms; --`,
  `b3' union select body from accounts --`,
  '%',
  '["b3"]',
  '\0',
];

describe('the list of alarms', () => {
  it('is newest first by when they came in, not by when they began', async () => {
    await using ops = await disposableStore();
    ops.writer.putAlarm(alarm('a-1', { startedAt: epochMs(at + 1_000) }));
    ops.writer.putAlarm(alarm('a-2', { startedAt: at }));
    ops.writer.putAlarm(alarm('a-1', { state: 'cleared', startedAt: epochMs(at + 1_000) }));
    expect(idsOf(ops.reader.alarms({}, { limit: 10 }))).toEqual(['a-2', 'a-1']);
  });

  it('gives each alarm once over all pages, whatever comes in and changes meanwhile', async () => {
    await using ops = await disposableStore();
    for (let n = 0; n < 25; n += 1) ops.writer.putAlarm(alarm(`a-${n}`));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = ops.reader.alarms({}, { limit: 10, cursor });
      seen.push(...idsOf(page));
      ops.writer.putAlarm(alarm(`new-${seen.length}`));
      ops.writer.putAlarm(alarm('a-3', { ack: true }));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => `a-${24 - n}`));
  });

  it('has no next page when the last row was given', async () => {
    await using ops = await disposableStore();
    for (const id of ['a-1', 'a-2']) ops.writer.putAlarm(alarm(id));
    expect(ops.reader.alarms({}, { limit: 2 }).next).toBeNull();
    expect(ops.reader.alarms({}, { limit: 1 }).next).not.toBeNull();
  });

  it('is filtered by each of its columns and by all of them together', async () => {
    await using ops = await disposableStore();
    ops.writer.putAlarm(alarm('plain'));
    ops.writer.putAlarm(alarm('cleared', { state: 'cleared', clearedAt: at }));
    ops.writer.putAlarm(alarm('acked', { ack: true }));
    ops.writer.putAlarm(alarm('minor', { severity: 'minor' }));
    ops.writer.putAlarm(alarm('elsewhere', { place: 'b4' as PlaceId }));
    ops.writer.putAlarm(alarm('other-rule', { rule: 'r-2' as RuleId, device: 'd-2' as DeviceId }));
    ops.writer.putAlarm(alarm('later', { startedAt: epochMs(at + 60_000) }));
    const ids = (filter: Parameters<OpsReader['alarms']>[0]) =>
      idsOf(ops.reader.alarms(filter, { limit: 10 }));
    expect(ids({ state: 'cleared' })).toEqual(['cleared']);
    expect(ids({ state: 'active' })).toHaveLength(6);
    expect(ids({ ack: true })).toEqual(['acked']);
    expect(ids({ ack: false })).toHaveLength(6);
    expect(ids({ severity: 'minor' })).toEqual(['minor']);
    expect(ids({ places: places('b4') })).toEqual(['elsewhere']);
    expect(ids({ places: places('b4', 'b5') })).toEqual(['elsewhere']);
    expect(ids({ places: places('b4', 'b3') })).toHaveLength(7);
    expect(ids({ places: [] })).toEqual([]);
    expect(ids({ rule: 'r-2' })).toEqual(['other-rule']);
    expect(ids({ device: 'd-2' })).toEqual(['other-rule']);
    expect(ids({ from: epochMs(at + 60_000) })).toEqual(['later']);
    expect(ids({ to: epochMs(at + 60_000) })).toHaveLength(6);
    expect(
      ids({
        state: 'active',
        ack: false,
        severity: 'critical',
        places: places('b3'),
        rule: 'smoke-alarm',
        from: at,
        to: epochMs(at + 1),
      }),
    ).toEqual(['plain']);
  });

  it('takes a hostile filter for the text that it is', async () => {
    await using ops = await disposableStore();
    ops.writer.putAlarm(alarm('a-1'));
    for (const text of hostile) {
      expect(ops.reader.alarm(text)).toBeUndefined();
      for (const filter of [
        { rule: text },
        { device: text },
        { places: places(text) },
        { places: places(text, '"') },
      ])
        expect(idsOf(ops.reader.alarms(filter, { limit: 5 })), text).toEqual([]);
      ops.writer.putAlarm(alarm(text, { place: text as PlaceId }));
      expect(idsOf(ops.reader.alarms({ places: places(text) }, { limit: 5 }))).toEqual([text]);
      expect(idsOf(ops.reader.alarms({ places: places(text, 'x') }, { limit: 5 }))).toEqual([text]);
    }
    expect(idsOf(ops.reader.alarms({ places: places('b3') }, { limit: 5 }))).toEqual(['a-1']);
  });

  it('refuses a cursor that it never gave', async () => {
    await using ops = await disposableStore();
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const cursor of ['', 'x', encode('1'), encode([1]), encode({ seq: 1 }), encode(1.5)])
      expect(() => ops.reader.alarms({}, { limit: 1, cursor }), cursor).toThrow(/cursor/);
    expect(() => ops.reader.list('device', { limit: 1, cursor: encode(1) })).toThrow(/cursor/);
  });
});

describe('the list of tasks', () => {
  it('is filtered by state, assignee, places and category, newest first', async () => {
    await using ops = await disposableStore();
    ops.writer.putTask(task('plain'));
    ops.writer.putTask(task('closed', { state: 'closed' }));
    ops.writer.putTask(task('hers', { assignee: 'c-lin' as PersonId }));
    ops.writer.putTask(task('elsewhere', { place: 'b4' as PlaceId, severity: 'minor' }));
    ops.writer.putTask(task('access', { category: 'access', assignee: null }));
    const ids = (filter: Parameters<OpsReader['tasks']>[0]) => idsOf(ops.reader.tasks(filter, { limit: 10 }));
    expect(ids({})).toEqual(['access', 'elsewhere', 'hers', 'closed', 'plain']);
    expect(ids({ states: ['closed'] })).toEqual(['closed']);
    expect(ids({ states: [] })).toEqual([]);
    expect(ids({ states: ['closed', 'filed'] })).toEqual(['closed']);
    expect(ids({ states: ['dispatched', 'accepted'] })).toEqual(['access', 'elsewhere', 'hers', 'plain']);
    expect(ids({ assignee: 'c-lin' })).toEqual(['hers']);
    expect(ids({ assignee: null })).toEqual(['access']);
    expect(ids({ places: places('b4') })).toEqual(['elsewhere']);
    expect(ids({ places: [] })).toEqual([]);
    expect(ids({ category: 'access' })).toEqual(['access']);
    expect(ids({ severity: 'minor' })).toEqual(['elsewhere']);
    for (const text of hostile)
      expect(ids({ assignee: text, category: text, places: places(text, text) }), text).toEqual([]);
    expect(ids({})).toHaveLength(5);
  });

  it('knows which are overdue: not verified, accepted, handled or checked in time', async () => {
    await using ops = await disposableStore();
    const soon = epochMs(at + 60_000);
    ops.writer.putTask(task('waits', { acceptBy: soon }));
    ops.writer.putTask(task('runs', { state: 'accepted', acceptBy: at, handleBy: soon }));
    ops.writer.putTask(task('handled', { state: 'feedback', acceptBy: at, handleBy: at }));
    ops.writer.putTask(task('checked', { state: 'feedback', handleBy: at, closeBy: soon }));
    ops.writer.putTask(task('said', { state: 'verifying', acceptBy: null, verifyBy: soon }));
    ops.writer.putTask(
      task('closed', { state: 'closed', acceptBy: at, handleBy: at, verifyBy: at, closeBy: at }),
    );
    ops.writer.putTask(task('unlimited', { acceptBy: null }));
    const overdueAt = (now: number) => idsOf(ops.reader.tasks({ overdueAt: epochMs(now) }, { limit: 10 }));
    expect(overdueAt(soon)).toEqual([]);
    expect(overdueAt(soon + 1)).toEqual(['said', 'checked', 'runs', 'waits']);
  });

  it('agrees with tasks/ on what is overdue, in every state', async () => {
    await using ops = await disposableStore();
    const limits = [null, epochMs(at - 1), at, epochMs(at + 1)];
    const all = taskStates.flatMap((state) =>
      limits.flatMap((acceptBy) =>
        limits.map((handleBy) =>
          task(`${state}.${acceptBy}.${handleBy}`, {
            state,
            acceptBy,
            handleBy,
            verifyBy: acceptBy,
            closeBy: handleBy,
          }),
        ),
      ),
    );
    for (const one of all) ops.writer.putTask(one);
    const expected = all.filter((one) => isOverdue(one, at)).map(({ id }) => id);
    expect(expected.length).toBeGreaterThan(0);
    expect(idsOf(ops.reader.tasks({ overdueAt: at }, { limit: 1_000 }))).toEqual(expected.reverse());
  });

  it('gives the newest entries of each history, and says how many it left out', async () => {
    await using ops = await disposableStore();
    ops.writer.putTask(task('t-1'));
    for (const action of ['file', 'dispatch', 'accept'])
      ops.writer.appendHistory('t-1' as TaskId, entry({ action }));
    const [short] = ops.reader.tasks({}, { limit: 1, history: 2 }).items;
    expect(short?.history.map(({ action }) => action)).toEqual(['dispatch', 'accept']);
    expect(short?.historyOmitted).toBe(1);
    const [whole] = ops.reader.tasks({}, { limit: 1, history: 3 }).items;
    expect(whole?.history).toHaveLength(3);
    expect(whole).not.toHaveProperty('historyOmitted');
  });

  it('has the heads of all that are open, for counting', async () => {
    await using ops = await disposableStore();
    ops.writer.putTask(task('t-1', { also: ['m-li' as PersonId] }));
    ops.writer.putTask(task('t-2', { state: 'filed', assignee: null, acceptBy: null }));
    ops.writer.putTask(task('t-3', { state: 'closed' }));
    const heads = ops.reader.openTaskHeads();
    expect(heads.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
      {
        id: 't-1',
        state: 'dispatched',
        category: 'fire',
        severity: 'critical',
        assignee: 'w-zhou',
        also: ['m-li'],
        place: 'b3',
        acceptBy: at + 60_000,
        handleBy: null,
        verifyBy: null,
        closeBy: null,
      },
      expect.objectContaining({ id: 't-2', state: 'filed', assignee: null, also: [], acceptBy: null }),
    ]);
    expect([...ops.reader.openTasksOf()]).toEqual([['w-zhou', 1]]);
  });

  it('pages through', async () => {
    await using ops = await disposableStore();
    for (const id of ['t-1', 't-2', 't-3']) ops.writer.putTask(task(id));
    const first = ops.reader.tasks({ category: 'fire' }, { limit: 2 });
    ops.writer.putTask(task('t-4'));
    expect(idsOf(first)).toEqual(['t-3', 't-2']);
    expect(idsOf(ops.reader.tasks({ category: 'fire' }, { limit: 2, cursor: first.next ?? '' }))).toEqual([
      't-1',
    ]);
  });
});
