const perSecond = 3;
const least = 1_000;
const most = 5_000;

/**
 * How many readings of one series are kept for late ones to come before: three a second for the lateness, but no fewer than
 * 1,000 and no more than 5,000. A device that speaks faster has a shorter lateness, in time, and bounds its memory.
 */
export const mostReadings = (latenessMs: number): number =>
  Math.min(most, Math.max(least, Math.ceil((latenessMs / 1_000) * perSecond)));

/** How many readings a window may hold: a day of one every 4.3 s. The newest of a device that speaks faster. */
export const mostInWindow = 20_000;
