import { Type } from 'typebox';
import { Instant, nullable, oneOf } from '#api/schemas.ts';
import type { EpochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { Task, TaskState } from '#model/task.ts';
import { LocalText } from '#model/text.ts';

/** What a resident sees of the life of a task, each in plain words. */
const words = {
  received: { zh: '我们收到了您的反映', en: 'We have received your report' },
  checking: { zh: '正在核实情况', en: 'Somebody is looking whether it is so' },
  declined: { zh: '核实后不予受理，如有疑问请联系社区', en: 'Not taken on; please ask the community office' },
  arranged: { zh: '已安排人员处理', en: 'Somebody has been asked to see to it' },
  accepted: { zh: '工作人员已接手', en: 'Somebody has taken it on' },
  working: { zh: '正在处理', en: 'Work is under way' },
  inspecting: { zh: '已处理，正在检查结果', en: 'The work is done and is being inspected' },
  done: { zh: '已办结', en: 'Done' },
  again: { zh: '重新处理', en: 'It is being worked on again' },
  paused: { zh: '暂时搁置，稍后继续', en: 'It has to wait for a while' },
  ended: {
    zh: '已作结束，并入其他事项或无需处理',
    en: 'Ended: it is seen to elsewhere, or nothing is left to do',
  },
} as const satisfies Record<string, { readonly zh: string; readonly en: string }>;
export type Step = keyof typeof words;
const steps = Object.keys(words) as Step[];

const stepOf: Readonly<Record<TaskState, Step>> = {
  reported: 'received',
  verifying: 'checking',
  rejected: 'declined',
  filed: 'arranged',
  dispatched: 'arranged',
  returned: 'arranged',
  accepted: 'accepted',
  'in-progress': 'working',
  feedback: 'inspecting',
  closed: 'done',
  evaluated: 'done',
  rework: 'again',
  suspended: 'paused',
  void: 'ended',
};

export const ProgressStep = Type.Object({ step: oneOf(steps), at: Instant, text: LocalText });

/** Where it stands and how it came there: no names, no comments, no reasons of ours but the one why it was not taken on. */
export const Progress = Type.Object(
  {
    step: oneOf(steps),
    text: LocalText,
    steps: Type.Array(ProgressStep, { description: 'Oldest first' }),
    closedAt: nullable(Instant),
    declinedBecause: nullable(
      Type.String({ description: 'Why it was not taken on, in the words of who decided' }),
    ),
  },
  { title: 'Progress' },
);

/** Who rejects a report is told that the resident reads these words. */
function declinedBecause({ history, state }: Pick<Task, 'history' | 'state'>): string | null {
  if (state !== 'rejected') return null;
  return history.findLast(({ action }) => action === 'reject')?.comment ?? null;
}

export function progressOf(task: Pick<Task, 'state' | 'history' | 'closedAt'>) {
  const told: { step: Step; at: EpochMs }[] = [];
  for (const { at, to } of task.history) {
    const step = stepOf[to];
    if (told.at(-1)?.step !== step) told.push({ step, at });
  }
  const step = stepOf[task.state];
  return {
    step,
    text: words[step],
    steps: told.map((each) => ({ ...each, at: iso(each.at), text: words[each.step] })),
    closedAt: task.closedAt === null ? null : iso(task.closedAt),
    declinedBecause: declinedBecause(task),
  };
}
