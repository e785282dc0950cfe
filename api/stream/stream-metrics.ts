import { Counter, Gauge, type Registry } from 'prom-client';
import type { Topic } from '#api/stream/event-text.ts';

/** What the live streams tell of themselves. */
export interface StreamMeter {
  opened(): void;
  closed(): void;
  sent(topic: Topic): void;
  /** Its client did not take what was sent. */
  droppedAsSlow(): void;
}

const openName = 'gridbell_stream_connections';
const sentName = 'gridbell_stream_events_total';
const slowName = 'gridbell_stream_slow_dropped_total';

/** Several instances of the API share the registry of the process. */
export function streamMeter(registry: Registry): StreamMeter {
  const open = gauge(registry, openName, 'Live streams that are open');
  const sent = counter(registry, sentName, 'Events sent to live streams, by topic', ['topic']);
  const slow = counter(registry, slowName, 'Live streams ended since their client did not keep up', []);
  return {
    opened: () => open.inc(),
    closed: () => open.dec(),
    sent: (topic) => sent.inc({ topic }),
    droppedAsSlow: () => slow.inc(),
  };
}

function gauge(registry: Registry, name: string, help: string): Gauge {
  const known = registry.getSingleMetric(name);
  return known instanceof Gauge ? known : new Gauge({ name, help, registers: [registry] });
}

function counter(registry: Registry, name: string, help: string, labelNames: string[]): Counter {
  const known = registry.getSingleMetric(name);
  return known instanceof Counter ? known : new Counter({ name, help, labelNames, registers: [registry] });
}
