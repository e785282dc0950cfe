/** The way that a task goes when nothing is special, in order. */
export const usualWay = ['filed', 'dispatched', 'accepted', 'in-progress', 'feedback', 'closed'] as const;

export interface PathStep {
  readonly state: string;
  /** `skipped`: the task went past it; `ended`: where it stopped for good before its usual end. */
  readonly is: 'done' | 'skipped' | 'now' | 'ahead' | 'ended';
  /** ISO 8601: when it came to this state last on this round; null: it has not, or not seen. */
  readonly at: string | null;
}

interface Travelled {
  readonly state: string;
  readonly history: readonly { readonly to: string; readonly at: string }[];
}

/** States beside the usual way, and the step at which they are shown. */
const beside: Readonly<Record<string, string>> = {
  reported: 'filed',
  verifying: 'filed',
  returned: 'filed',
  rework: 'dispatched',
  suspended: 'in-progress',
  evaluated: 'closed',
};
const endings: ReadonlySet<string> = new Set(['void', 'rejected']);

/**
 * Where a task stands on its way. After rework or a return it goes the way anew: what was reached in an earlier round is
 * ahead again. One that was voided ends there, whatever would have come.
 */
export function pathOf({ history, state }: Travelled): readonly PathStep[] {
  const last = (wanted: string): number => history.findLastIndex(({ to }) => to === wanted);
  const isEnded = endings.has(state);
  const reached = isEnded
    ? Math.max(0, ...usualWay.map((step, index) => (last(step) >= 0 ? index : 0)))
    : usualWay.indexOf((beside[state] ?? state) as (typeof usualWay)[number]);
  const roundBegan = last('dispatched');
  const steps = usualWay.slice(0, isEnded ? reached + 1 : undefined).map((step, index): PathStep => {
    const entry = last(step);
    const isOfThisRound = entry >= 0 && (index < 2 || entry >= roundBegan);
    const at = isOfThisRound && index <= reached ? (history[entry]?.at ?? null) : null;
    if (index > reached) return { state: step, is: 'ahead', at };
    if (index === reached && !isEnded) return { state: step, is: 'now', at };
    return { state: step, is: isOfThisRound ? 'done' : 'skipped', at };
  });
  if (!isEnded) return steps;
  return [...steps, { state, is: 'ended', at: history[last(state)]?.at ?? null }];
}
