import { DateTime } from 'luxon';
import { type EpochMs, epochMs } from '#model/brand.ts';
import { goOn, type Plan, type Stage, type Surroundings } from '#notify/pipeline/stage.ts';
import type { NotifyReason } from '#notify/reason.ts';

/**
 * The channels that a person wants, in their order, and their quiet hours. What is a matter of life passes by both: it may use every
 * channel, the wanted ones first.
 */
export const preferences: Stage = (plan, { notice }, around) => {
  const { channels, quietHours } = around.world.preference(notice.person) ?? {};
  const chosen = channels === undefined ? plan : choose(plan, channels, notice.lifeSafety);
  if (notice.lifeSafety || quietHours === undefined) return goOn(chosen);
  const until = endOfQuiet(quietHours, plan.notBefore, around);
  if (until === null) return goOn(chosen);
  return goOn(chosen, { notBefore: until, because: [{ code: 'quiet-hours', ...quietHours }] });
};

function choose(plan: Plan, wanted: readonly string[], lifeSafety: boolean): Plan {
  const known = wanted.filter((channel) => plan.channels.includes(channel));
  const others = lifeSafety ? plan.channels.filter((channel) => !known.includes(channel)) : [];
  const because: NotifyReason = { code: 'channels-chosen', channels: [...known] };
  return { ...plan, channels: [...known, ...others], because: [...plan.because, because] };
}

/** When the quiet hours end in which `at` lies; null: it lies in none. `from` = `to`: all day long. */
function endOfQuiet(
  { from, to }: { readonly from: string; readonly to: string },
  at: EpochMs,
  { world }: Surroundings,
): EpochMs | null {
  const local = DateTime.fromMillis(at, { zone: world.timezone() });
  const clock = local.toFormat('HH:mm');
  const runsOver = from >= to;
  const isQuiet = runsOver ? clock >= from || clock < to : clock >= from && clock < to;
  if (!isQuiet) return null;
  const [hour = 0, minute = 0] = to.split(':').map(Number);
  const end = local.set({ hour, minute, second: 0, millisecond: 0 });
  return epochMs((end <= local ? end.plus({ days: 1 }) : end).toMillis());
}
