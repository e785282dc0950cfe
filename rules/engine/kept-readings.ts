const least = 300;
const most = 2_000;

/**
 * How many readings of one series are kept for late ones to come before: one a second for the lateness, but no fewer than
 * 300 and no more than 2,000. A device that speaks faster has a shorter lateness, in time, and bounds its memory.
 */
export const mostReadings = (latenessMs: number): number =>
  Math.min(most, Math.max(least, Math.ceil(latenessMs / 1_000)));
