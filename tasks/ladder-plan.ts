import { type Alarm, severities } from '#model/alarm.ts';
import { durationMs, type EpochMs, minute, second } from '#model/brand.ts';
import { contactsOf } from '#model/care-contact.ts';
import type { CareLadder, CareLadderPlan, LadderRung } from '#model/care-ladder.ts';
import type { Configuration } from '#model/configuration.ts';
import { parseDuration } from '#model/duration.ts';
import type { TaskOrder } from '#model/rule.ts';

/** At most so many residents of one place are asked, and their families told. */
const mostResidents = 4;
const usualMs = durationMs(60 * second);
/** A family of many does not hold up the staff: its contacts share the time of the rung. */
const shortestTurnMs = 15 * second;

/** Whether an alarm starts the ladder of its category. */
export function startsLadder(
  plan: CareLadderPlan | null,
  alarm: Pick<Alarm, 'severity'>,
  order: Pick<TaskOrder, 'ladder'> | null,
): plan is CareLadderPlan {
  if (plan === null || order?.ladder === 'none') return false;
  return severities.indexOf(alarm.severity) <= severities.indexOf(plan.from ?? 'major');
}

/** Nobody is called yet: the ladder as it stands before its first rung. */
export function ladderOf(
  configuration: Configuration,
  plan: CareLadderPlan,
  alarm: Alarm,
  now: EpochMs,
): CareLadder {
  const residents = residentsOf(configuration, alarm);
  return {
    alarm: alarm.id,
    device: alarm.device,
    residents,
    lifeSafety: alarm.lifeSafety,
    startedAt: now,
    rungs: plan.rungs.flatMap(({ for: who, within }) => {
      const withinMs = within === undefined ? usualMs : (parseDuration(within) ?? usualMs);
      return who === 'family' ? familyRungs(configuration, residents, withinMs) : [rungOf(who, withinMs)];
    }),
    at: -1,
    since: now,
    cancelUntil: null,
    graceMs: parseDuration(plan.grace ?? '60s') ?? minute,
    stopped: null,
  };
}

/** Whose alarm it is: the device's resident, else who lives at its place. */
function residentsOf(configuration: Configuration, { place, resident }: Alarm): CareLadder['residents'] {
  if (resident !== undefined) return [resident];
  return [...configuration.residents()]
    .filter((each) => each.place === place)
    .map(({ id }) => id)
    .sort()
    .slice(0, mostResidents);
}

/** One for each `order` that contacts have, the first first; each as long as they say, else an equal share of the time. */
function familyRungs(
  configuration: Configuration,
  residents: CareLadder['residents'],
  withinMs: number,
): readonly LadderRung[] {
  const contacts = residents
    .flatMap((id) => contactsOf(configuration.resident(id) ?? {}))
    .filter(({ consent }) => consent);
  const orders = [...new Set(contacts.map(({ order }) => order))].sort((a, b) => a - b);
  const share = Math.max(Math.floor(withinMs / Math.max(orders.length, 1)), shortestTurnMs);
  const turnOf = (order: number): number =>
    Math.max(0, ...contacts.map((contact) => (contact.order === order ? (contact.withinMs ?? 0) : 0)));
  const [only] = orders;
  if (only === undefined) return [rungOf('family', withinMs)];
  if (orders.length === 1) return [rungOf('family', turnOf(only) || withinMs)];
  return orders.map((order) => ({ ...rungOf('family', turnOf(order) || share), order }));
}

const rungOf = (who: LadderRung['for'], withinMs: number): LadderRung => ({
  for: who,
  withinMs,
  begunAt: null,
  passed: null,
  called: [],
  people: [],
});
