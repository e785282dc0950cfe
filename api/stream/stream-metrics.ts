import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Topic } from '#api/stream/event-text.ts';

/** What the live streams tell of themselves. */
export interface StreamMeter {
  opened(): void;
  closed(): void;
  sent(topic: Topic): void;
  /** An event went out live so long after what led to it had come in. */
  delayed(topic: Topic, ms: number): void;
  /** Its client did not take what was sent. */
  droppedAsSlow(): void;
}

const openName = 'gridbell_stream_connections';
const sentName = 'gridbell_stream_events_total';
const delayName = 'gridbell_stream_delay_seconds';
const slowName = 'gridbell_stream_slow_dropped_total';

/** Several instances of the API share the registry of the process. */
export function streamMeter(registry: Registry): StreamMeter {
  const open = gauge(registry, openName, 'Live streams that are open');
  const sent = counter(registry, sentName, 'Events sent to live streams, by topic', ['topic']);
  const delay = histogram(
    registry,
    delayName,
    'From when what led to an event came in until it went out to a live stream, by topic',
  );
  const slow = counter(registry, slowName, 'Live streams ended since their client did not keep up', []);
  return {
    opened: () => open.inc(),
    closed: () => open.dec(),
    sent: (topic) => sent.inc({ topic }),
    delayed: (topic, ms) => delay.observe({ topic }, ms / 1_000),
    droppedAsSlow: () => slow.inc(),
  };
}

const delayBounds = [
  0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10,
];

function histogram(registry: Registry, name: string, help: string): Histogram {
  const known = registry.getSingleMetric(name);
  return known instanceof Histogram
    ? known
    : new Histogram({ name, help, labelNames: ['topic'], buckets: delayBounds, registers: [registry] });
}

function gauge(registry: Registry, name: string, help: string): Gauge {
  const known = registry.getSingleMetric(name);
  return known instanceof Gauge ? known : new Gauge({ name, help, registers: [registry] });
}

function counter(registry: Registry, name: string, help: string, labelNames: string[]): Counter {
  const known = registry.getSingleMetric(name);
  return known instanceof Counter ? known : new Counter({ name, help, labelNames, registers: [registry] });
}
