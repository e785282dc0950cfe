import type { Task } from '../api/types.ts';

type Ladder = NonNullable<Task['ladder']>;
type Called = Pick<Task, 'id'> & { readonly ladder: Pick<Ladder, 'state' | 'startedAt'> | null };

/** Those that nobody has in hand, the gravest first. */
const unanswered = ['at-the-top', 'climbing'] as const satisfies readonly Ladder['state'][];
const order: readonly Ladder['state'][] = [...unanswered, 'in-hand', 'cancelled', 'well'];

export const isRunning = ({ ladder }: Called): boolean => ladder !== null && ladder.state !== 'over';

/** Nobody has it in hand yet. */
export const isUnanswered = ({ ladder }: Called): boolean =>
  unanswered.some((state) => state === ladder?.state);

/** Where everybody was called and nobody came stands first, then where it climbs; the older first. */
export const byNeed = (a: Called, b: Called): number => {
  const rank = ({ ladder }: Called): number => (ladder === null ? order.length : order.indexOf(ladder.state));
  const since = ({ ladder }: Called): number => (ladder === null ? 0 : Date.parse(ladder.startedAt));
  return rank(a) - rank(b) || since(a) - since(b) || (a.id < b.id ? -1 : 1);
};
