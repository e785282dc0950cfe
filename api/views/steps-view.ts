import { type Static, Type } from 'typebox';
import type { ApiContext } from '#api/context.ts';
import { Instant, oneOf } from '#api/schemas.ts';
import { type EpochMs, epochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { roles } from '#model/role.ts';
import type { Task } from '#model/task.ts';
import type { TimedPhase } from '#model/task-timing.ts';
import { dutyChain } from '#tasks/duty-roles.ts';
import { stepsOf } from '#tasks/escalation.ts';
import { heldUntil } from '#tasks/ladder-time.ts';
import { limitOf } from '#tasks/overdue.ts';

export const Steps = Type.Array(
  Type.Object({
    at: Instant,
    role: oneOf(roles),
    awaits: oneOf(['verify', 'accept', 'close']),
    isHeld: Type.Boolean({ description: 'Later than usual: somebody is on the way' }),
  }),
  {
    description:
      'Of GET /tasks/{id}: who else is told when, while nobody verifies it, accepts it, or closes what was fed back; those of the past, too',
  },
);

const awaits = { verifying: 'verify', waiting: 'accept', closing: 'close' } as const;
type Phase = keyof typeof awaits;

/** Who is told beside the assignee, and when, as tasks/deadlines.ts has it; none where nothing is awaited of others. */
export function stepsView(task: Task, context: ApiContext): Static<typeof Steps> {
  const found = phaseOf(task);
  if (found === null) return [];
  const { phase, since } = found;
  const rule = task.rule === null ? undefined : context.rule(task.rule);
  const category = context.configuration.category(task.category);
  const [, ...standIns] = dutyChain(rule?.task?.to ?? task.role ?? category.owner, category);
  const limit = limitOf(task)?.by ?? null;
  const steps = stepsOf({
    row: task,
    phase,
    span: { since, limit },
    ordered: rule?.task?.escalate ?? [],
    standIns,
    verifiers: category.verifiers,
  });
  // While somebody is on the way nobody more is called; whoever was called before was.
  const held = phase === 'waiting' ? heldUntil(task) : 0;
  const taken = takenSince(task, since);
  return steps.map(({ afterMs, to }, index) => {
    const usual = since + afterMs;
    const isHeld = index >= taken && held > usual;
    return { at: iso(epochMs(isHeld ? held : usual)), role: to, awaits: awaits[phase], isHeld };
  });
}

function phaseOf(task: Task): { readonly phase: Phase & TimedPhase; readonly since: EpochMs } | null {
  switch (task.state) {
    case 'reported':
    case 'verifying':
      return { phase: 'verifying', since: task.createdAt };
    case 'filed':
    case 'dispatched':
      return { phase: 'waiting', since: task.dispatchedAt ?? task.createdAt };
    case 'feedback': {
      const entered = task.history.findLast(({ from, to }) => to === 'feedback' && from !== 'feedback');
      return entered === undefined ? null : { phase: 'closing', since: entered.at };
    }
    default:
      return null;
  }
}

/** Steps that time took already; people escalate, too. */
const takenSince = ({ history }: Task, since: EpochMs): number =>
  history.filter(({ action, actor, at }) => action === 'escalate' && actor === 'system' && at >= since)
    .length;
