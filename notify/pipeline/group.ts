import { plus } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { goOn, type Stage } from '#notify/pipeline/stage.ts';

/**
 * Gathers: the first message to a person goes at once, what follows it closely is told together at the end of the interval. What is
 * a matter of life, and what is critical, is never gathered.
 */
export const group: Stage = (plan, { notice, now }, { groupWithinMs, told }) => {
  if (notice.lifeSafety) return goOn(plan, { because: [{ code: 'life-safety' }] });
  if (notice.severity === 'critical' || notice.kind === 'bulletin') return goOn(plan);
  const waiting = told.waitingFor(notice.person);
  if (waiting && waiting.notice.id !== notice.id)
    return goOn(plan, {
      lead: waiting.notice.id,
      because: [{ code: 'gathered', with: waiting.notice.id }],
    });
  const last = told.lastToldTo(notice.person);
  if (last === undefined || now >= plus(last, groupWithinMs)) return goOn(plan);
  return goOn(plan, {
    notBefore: plus(last, groupWithinMs),
    because: [{ code: 'told-a-moment-ago', at: iso(last), withinMs: groupWithinMs }],
  });
};
