import { loadConfig } from '#app/config.ts';
import { startPlatform } from '#app/platform.ts';

// The platform as `gridbell start --clock data` runs it, but for what it tells outside: that goes out.
const platform = await startPlatform(loadConfig({ env: process.env, overrides: { clock: 'data' } }), {
  tellsOutsideOnDataClock: true,
});
process.once('SIGTERM', () => void platform.stop());
