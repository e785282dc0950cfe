import type { Alarm } from '#model/alarm.ts';
import { type EpochMs, plus } from '#model/brand.ts';
import type { CareLadder, LadderRung } from '#model/care-ladder.ts';
import { iso } from '#model/clock.ts';
import type { Reason } from '#model/reason.ts';
import type { TaskOrder } from '#model/rule.ts';
import { type CallSource, callsOf } from '#tasks/ladder-calls.ts';
import { ladderOf, startsLadder } from '#tasks/ladder-plan.ts';
import { hasNext } from '#tasks/ladder-time.ts';
import type { TaskDraft } from '#tasks/task-draft.ts';

/** The window of the device and the question to the resident: what may be waited for where it is no matter of life. */
const isBefore = ({ for: who }: LadderRung): boolean => who === 'cancel' || who === 'resident';

/** What starts a ladder. */
export interface Climb {
  readonly alarm: Alarm;
  readonly order: TaskOrder | null;
  readonly now: EpochMs;
}

/**
 * Starts the ladder of a task's category for an alarm, where it has one. What is a matter of life (or a rule that says
 * so) begins with the first rung that calls for help; the ones before it run beside it.
 */
export function beginLadder(draft: TaskDraft, source: CallSource, { alarm, now, order }: Climb): void {
  const plan = source.configuration.category(draft.row.category).ladder;
  if (!startsLadder(plan, alarm, order)) return;
  const ladder = ladderOf(source.configuration, plan, alarm, now);
  const isAtOnce = alarm.lifeSafety || order?.ladder === 'at-once';
  stepUp(draft, source, { ladder, why: [], beside: isAtOnce }, now);
}

/** Goes to the next rung that calls somebody; at the top nothing happens. */
export function climb(
  draft: TaskDraft,
  source: CallSource,
  { now, why }: { readonly why: readonly Reason[]; readonly now: EpochMs },
): void {
  const { ladder } = draft.row;
  if (!ladder || !hasNext(ladder)) return;
  const coming = draft.row.coming ?? [];
  const missed = coming.filter((each) => !each.isMissed && each.until <= now);
  const because: readonly Reason[] = [
    ...missed.map(({ person, until }): Reason => ({ code: 'not-arrived', person, until: iso(until) })),
    ...why,
  ];
  stepUp(draft, source, { ladder, why: because, beside: false }, now);
  if (missed.length > 0)
    draft.set({ coming: coming.map((each) => (missed.includes(each) ? { ...each, isMissed: true } : each)) });
}

/** One entry of the history for each rung, those that are passed over included. */
function stepUp(
  draft: TaskDraft,
  source: CallSource,
  { beside, ladder: before, why }: { ladder: CareLadder; why: readonly Reason[]; beside: boolean },
  now: EpochMs,
): void {
  let ladder = before;
  let reasons = why;
  for (let at = before.at + 1; at < ladder.rungs.length; at++) {
    const rung = ladder.rungs[at];
    if (!rung) return;
    const { because, called, passed, people } = callsOf(source, { row: draft.row, ladder, rung, now });
    ladder = {
      ...ladder,
      at,
      since: now,
      rungs: ladder.rungs.with(at, { ...rung, begunAt: now, passed, called, people }),
      ...(rung.for === 'cancel' ? { cancelUntil: plus(now, rung.withinMs) } : {}),
    };
    const fresh = people.filter((person) => !draft.row.also.includes(person));
    draft.step(
      draft.row.state,
      {
        actor: 'system',
        action: 'ladder',
        because: [
          { code: 'rung', rung: rung.for, number: at + 1, of: ladder.rungs.length },
          ...reasons,
          ...because,
        ],
      },
      { ladder, ...(fresh.length > 0 ? { also: [...draft.row.also, ...fresh] } : {}) },
    );
    reasons = [];
    if (passed === null && !(beside && isBefore(rung))) return;
  }
}
