import type { Hold } from '#model/alarm.ts';
import { day, type EpochMs, epochMs, minute, plus } from '#model/brand.ts';
import { deviceKindCatalogue } from '#model/catalogue.ts';
import type { Device } from '#model/community.ts';

/** How long what a gateway brings is looked at before it gives people work. */
export const probationMs = day;
/** A clock that was set back by less is one that jitters. */
const leewayMs = 5 * minute;

/** Waits for somebody to say where it is; what is out of use waits for nothing. */
export const isUnclaimed = ({ retired, unclaimed }: Pick<Device, 'unclaimed' | 'retired'>): boolean =>
  unclaimed === true && retired === undefined;

/**
 * Why alarms of a device that are no matter of life bring no task; null: they do. A kind of life safety is never held back. An end
 * that is further ahead than probation lasts was set by a clock that has been set back since, and counts for nothing.
 */
export function holdOf(
  device: Pick<Device, 'kind' | 'unclaimed' | 'probationUntil'>,
  now: EpochMs,
): Hold | null {
  if (deviceKindCatalogue.get(device.kind)?.lifeSafety === true) return null;
  if (device.unclaimed) return 'unclaimed';
  const until = probationEnd(device);
  return until !== null && until > now && until - now <= probationMs + leewayMs ? 'probation' : null;
}

/** When its probation ends, or ended; null: it has none. */
export function probationEnd({ probationUntil }: Pick<Device, 'probationUntil'>): EpochMs | null {
  return probationUntil === undefined ? null : epochMs(Date.parse(probationUntil));
}

/** The end of the probation of one that is heard for the first time. */
export const probationFrom = (at: EpochMs): EpochMs => plus(at, probationMs);
