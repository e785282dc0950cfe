import { DateTime } from 'luxon';
import { type EpochMs, epochMs } from '#model/brand.ts';
import { type ClockKind, wallClock } from '#model/clock.ts';
import { type Community, timezoneOf } from '#model/community.ts';
import { GridbellError } from '#model/errors.ts';

/** Where a run on the data clock begins, in the community's zone: always the same, so that logs can be compared. */
const fixedStart = '2026-01-01T00:00:00';

/**
 * When the fleet begins to speak: `text` (ISO 8601 with zone), else the fixed time on the data clock and now on the system
 * clock. Whole seconds. Throws GridbellError `invalid-input`.
 */
export function startTime(clock: ClockKind, community: Community, text?: string): EpochMs {
  if (text === undefined) {
    if (clock === 'system') return epochMs(Math.ceil(wallClock.now() / 1_000) * 1_000);
    return epochMs(DateTime.fromISO(fixedStart, { zone: timezoneOf(community) }).toMillis());
  }
  if (clock === 'system')
    throw new GridbellError(
      'wrong-clock',
      'the platform runs on the system clock, where now is now; leave --start away, or start it with --clock data',
    );
  const at = Date.parse(text);
  if (!/(Z|[+-]\d\d:?\d\d)$/.test(text) || Number.isNaN(at))
    throw new GridbellError(
      'invalid-input',
      `--start "${text}" is no ISO 8601 time with a zone, such as 2026-01-05T08:00:00+08:00`,
    );
  return epochMs(Math.ceil(at / 1_000) * 1_000);
}
