import { describe, expect, it } from 'vitest';
import { day, hour, plus } from '#model/brand.ts';
import type { NewReport } from '#model/report.ts';
import type { Task } from '#model/task.ts';
import { Demo, t0, taskId } from '#tests/tasks/support/demo.ts';

const lamp: NewReport = {
  codeHash: 'hash-1',
  category: 'environment',
  place: 'b3',
  words: '三楼楼道的灯不亮',
  language: 'zh',
  contact: '13800000000',
  channel: 'web',
  photos: [],
};
const later = plus(t0, 400 * day);

/** A report that was done, reopened, done again and rated low, so that somebody goes and asks. */
function story(): { readonly demo: Demo; readonly task: Task } {
  const demo = new Demo();
  const id = { id: taskId('t-r') };
  demo.desk.reporting.create(lamp, id.id, { kind: 'resident', id: 'resident' }, t0);
  demo.must(id, 'file', 'l-wang');
  const work = () => {
    for (const action of ['accept', 'feedback']) demo.must(id, action, 'w-zhou');
    demo.must(id, 'close', 'l-wang');
  };
  work();
  expect(demo.desk.verdicts.reopen('hash-1', '还是不亮', plus(t0, hour)).ok).toBe(true);
  work();
  const verdict = { rating: 1, words: '来得太慢' };
  expect(demo.desk.verdicts.evaluate('hash-1', verdict, plus(t0, hour)).ok).toBe(true);
  return { demo, task: demo.task(id.id) };
}
const everything = (demo: Demo, ...ids: readonly string[]) => JSON.stringify(ids.map((id) => demo.task(id)));

describe('what residents left', () => {
  it('stands in the report alone, where it can be let go of, and in no history', () => {
    const { demo, task } = story();
    expect(task.report).toMatchObject({ reopenedWhy: '还是不亮', rating: { words: '来得太慢' } });
    expect(JSON.stringify(task.history)).not.toMatch(/还是不亮|来得太慢|不亮|1380000/);
    expect(everything(demo, task.id, task.revisit ?? '')).toMatch(/楼道/);
  });

  it('is forgotten in two steps: the number, then all that was written; what became of it stays', () => {
    const { demo, task } = story();
    demo.desk.forgetting.forget([task.id], 'phone', later);
    const first = demo.task(task.id);
    expect(first.report).toMatchObject({ contact: null, words: lamp.words, forgotten: 'phone' });
    demo.desk.forgetting.forget([task.id], 'words', later);
    const after = demo.task(task.id);
    expect(after).toMatchObject({
      version: task.version,
      state: 'evaluated',
      rating: 1,
      title: { zh: '居民上报' },
      report: {
        words: '',
        contact: null,
        channel: 'web',
        rating: { rating: 1, words: null },
        forgotten: 'words',
      },
    });
    expect(everything(demo, task.id, task.revisit ?? '')).not.toMatch(/不亮|太慢|楼道|1380000/);
    expect(after.history.at(-1)).toMatchObject({
      actor: 'system',
      action: 'forget',
      because: [{ code: 'time-over', part: 'words' }],
      from: 'evaluated',
      to: 'evaluated',
    });
    expect(demo.store.notices.size).toBe(new Set(demo.store.notices.keys()).size);
  });

  it('stays with what is open again, and nobody is told of what is forgotten', () => {
    const { demo, task } = story();
    const row = demo.store.tasks.get(task.id);
    if (!row) throw new Error('no task');
    demo.store.putTask({ ...row, state: 'dispatched' });
    demo.desk.forgetting.forget([task.id, taskId('t-none')], 'words', later);
    expect(demo.task(task.id).report?.words).toBe(lamp.words);
    demo.store.putTask(row);
    const before = demo.store.notices.size;
    demo.desk.forgetting.forget([task.id], 'words', later);
    expect(demo.store.notices.size).toBe(before);
  });
});
