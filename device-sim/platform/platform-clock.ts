import { setTimeout as delay } from 'node:timers/promises';
import { isAway, type Platform } from '#device-sim/platform/platform.ts';
import { type EpochMs, epochMs } from '#model/brand.ts';
import { type ClockKind, iso, stopwatch } from '#model/clock.ts';

/** Which clock counts on the platform, and what time it is there. */
export async function clockOf(
  platform: Platform,
): Promise<{ readonly kind: ClockKind; readonly now: EpochMs }> {
  const { kind, now } = (await platform.call('GET', '/api/v1/clock')) as { kind: ClockKind; now: string };
  return { kind, now: epochMs(Date.parse(now)) };
}

/** On the data clock: time passes until then, and what falls due happens. Answers what time it is then. */
export async function setClock(platform: Platform, to: EpochMs): Promise<EpochMs> {
  const { now } = (await platform.call('POST', '/api/v1/clock/advance', { body: { to: iso(to) } })) as {
    now: string;
  };
  return epochMs(Date.parse(now));
}

/**
 * On the data clock: time passes until no `for` and no `clear-for` waits any more (docs/decisions/045). All that was
 * acknowledged before is processed then. Asked again while the platform is away.
 */
export async function fireLastTimers(platform: Platform, patienceMs: number): Promise<void> {
  const since = stopwatch();
  for (;;) {
    try {
      await platform.call('POST', '/api/v1/clock/advance', { body: {} });
      return;
    } catch (error) {
      if (!isAway(error) || stopwatch() - since > patienceMs) throw error;
      await delay(250);
    }
  }
}
