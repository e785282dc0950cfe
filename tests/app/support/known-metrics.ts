import type { Registry } from 'prom-client';
import { requestHistogram } from '#api/http-metrics.ts';
import { streamMeter } from '#api/stream/stream-metrics.ts';
import { registerFlowsMetrics } from '#app/flows/flows-metrics.ts';
import { flowsOff } from '#app/flows/flows-off.ts';
import type { Lookout } from '#app/lookout/lookout.ts';
import { createMetrics } from '#app/metrics/metrics.ts';
import { NotifyCounts } from '#app/notify/notify-metrics.ts';
import { epochMs } from '#model/brand.ts';
import { sightWith } from '#tests/app/support/sights.ts';

/** Every metric that there is, of a platform that nobody uses. */
export function knownMetrics(lookout: Pick<Lookout, 'look'> = { look: async () => sightWith() }): Registry {
  const registry = createMetrics({
    lookout,
    now: () => epochMs(0),
    reader: {
      counts: () => ({
        alarmsActive: { critical: 2 },
        tasksOpen: {},
        tasksOverdue: 0,
        timers: 0,
        timersOverdue: 0,
        deviceCommandsOpen: 0,
        quarantined: 0,
        devices: 0,
        devicesOnline: 0,
      }),
    },
  });
  const counts = new NotifyCounts();
  counts.tried('mail', 'sent');
  counts.register(registry, () => [{ channel: 'mail', isOpen: false }]);
  const flows = flowsOff({ isEnabled: false, access: 'confined', memoryBytes: 0 });
  registerFlowsMetrics(registry, () => flows.standing());
  requestHistogram(registry);
  streamMeter(registry);
  return registry;
}
