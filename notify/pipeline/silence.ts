import type { EpochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { Notice, NoticeKind } from '#model/notice.ts';
import type { Silence } from '#model/silence.ts';
import type { Task } from '#model/task.ts';
import { goOn, type Stage, stop } from '#notify/pipeline/stage.ts';
import type { World } from '#notify/ports.ts';

const passes: ReadonlySet<NoticeKind> = new Set<NoticeKind>(['ended', 'withdrawn', 'bulletin']);

/** Holds back what somebody silenced until a time. What takes back something that was told before passes. */
export const silence: Stage = (plan, { notice, now, task }, { world }) => {
  if (passes.has(notice.kind)) return goOn(plan);
  const found = world
    .silences()
    .find((each) => isInForce(each, now) && matches(each, { notice, task }, world));
  if (!found) return goOn(plan);
  return stop('silenced', { code: 'silenced', silence: found.id, until: iso(untilOf(found)) });
};

const untilOf = ({ until }: Silence): EpochMs => Date.parse(until) as EpochMs;
const isInForce = (each: Silence, now: EpochMs): boolean => now < untilOf(each);

/** Whether a notice is one of those that a silence names. */
function matches(
  { matcher }: Silence,
  { notice, task }: { readonly notice: Notice; readonly task: Task | undefined },
  world: Pick<World, 'isWithin'>,
): boolean {
  const { category, lifeSafety, person, place, rule, severities } = matcher;
  return (
    (!notice.lifeSafety || lifeSafety === true) &&
    (place === undefined || world.isWithin(notice.place, place)) &&
    (category === undefined || category === notice.category) &&
    (severities === undefined || severities.includes(notice.severity)) &&
    (rule === undefined || rule === task?.rule) &&
    (person === undefined || person === notice.person)
  );
}
