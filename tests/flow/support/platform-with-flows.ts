import { loadConfig } from '#app/config.ts';
import type { FlowsTimings } from '#app/flows/restart-policy.ts';
import { startPlatform } from '#app/platform.ts';

// The platform as `gridbell start` runs it, less patient with flows.
const flowsTimings = JSON.parse(process.argv[2] ?? '{}') as Partial<FlowsTimings>;
const platform = await startPlatform(
  loadConfig({ env: process.env, overrides: { 'flows-enabled': 'true' } }),
  { flowsTimings },
);
process.once('SIGTERM', () => void platform.stop());
