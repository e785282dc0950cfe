import { loadConfig } from '#app/config.ts';
import { startPlatform } from '#app/platform.ts';
import { epochMs } from '#model/brand.ts';
import { wallClock } from '#model/clock.ts';

// The platform as `gridbell start` runs it, on a clock that is so many milliseconds ahead.
const aheadMs = Number(process.argv[2]);
const platform = await startPlatform(loadConfig({ env: process.env }), {
  clock: { now: () => epochMs(wallClock.now() + aheadMs) },
});
process.once('SIGTERM', () => void platform.stop());
