import type { Category, Severity } from '../../api/types.ts';
import { isLimitSound, type LimitParts, limitParts, limitText } from '../../format/limit.ts';
import { workers } from '../../session/role-groups.ts';

type LadderPlan = Extract<NonNullable<Category['ladder']>, object>;
export type RungName = LadderPlan['rungs'][number]['for'];

/** Who may have a turn, beside roles. */
const ownRungs = ['cancel', 'resident', 'family'] as const;
/** Whom a ladder may call, from bottom to top as it is usual. */
export const rungChoices: readonly RungName[] = [...ownRungs, ...workers, 'emergency'];

/** A care ladder as a form holds it. */
export interface LadderDraft {
  from: Severity;
  grace: LimitParts;
  rungs: { key: number; for: RungName; within: LimitParts }[];
}

/** That which elderly care has where it says no other (docs/care-ladder.md). */
export const usualLadder: LadderPlan = {
  from: 'major',
  grace: '60s',
  rungs: [
    { for: 'cancel', within: '30s' },
    { for: 'resident', within: '30s' },
    { for: 'family', within: '60s' },
    { for: 'care-staff', within: '60s' },
    { for: 'grid-worker', within: '60s' },
    { for: 'emergency' },
  ],
};
const usualWithin = '60s';

export const ladderDraft = (plan: LadderPlan): LadderDraft => ({
  from: plan.from ?? 'major',
  grace: limitParts(plan.grace ?? usualWithin),
  rungs: plan.rungs.map((rung, key) => ({
    key,
    for: rung.for,
    within: limitParts(rung.within ?? usualWithin),
  })),
});

/** The last one waits for nobody, so its time is not said. */
export const ladderBody = ({ from, grace, rungs }: LadderDraft): LadderPlan => ({
  from,
  grace: limitText(grace) ?? usualWithin,
  rungs: rungs.map((rung, index) => {
    const within = limitText(rung.within);
    return { for: rung.for, ...(index === rungs.length - 1 || within === undefined ? {} : { within }) };
  }),
});

const ms: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const shortestMs = 5_000;
const longestMs = 3_600_000;
const longestCancelMs = 30_000;

/** As a key of `category.…`. */
export function ladderProblem({
  grace,
  rungs,
}: LadderDraft): 'problem-rungs' | 'problem-rung-twice' | 'problem-rung-time' | undefined {
  if (rungs.length === 0) return 'problem-rungs';
  if (new Set(rungs.map((rung) => rung.for)).size < rungs.length) return 'problem-rung-twice';
  const isWithin = (rung: LadderDraft['rungs'][number]): boolean => {
    const { amount, unit } = rung.within;
    if (amount.trim() === '') return true;
    const time = Number(amount) * (ms[unit] ?? 0);
    return time >= shortestMs && time <= (rung.for === 'cancel' ? longestCancelMs : longestMs);
  };
  const timed = rungs.slice(0, -1);
  return timed.every(isWithin) && isLimitSound(grace) ? undefined : 'problem-rung-time';
}
