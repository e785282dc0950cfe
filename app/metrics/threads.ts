import type { MetricBook } from '#app/metrics/metric-book.ts';
import type { Scene } from '#app/metrics/scene.ts';
import type { ThreadVitals } from '#app/threads/thread-vitals.ts';

const watched = ['broker', 'engine', 'history'] as const;

export function threadMetrics(book: MetricBook): void {
  book.gauge('gridbell_up', '1 while the platform runs', () => 1);
  book.gauges(
    'gridbell_thread_up',
    '1 when the thread answered this scrape; 0: what is told of it is its last answer',
    'thread',
    ({ sight }) => ({
      main: 1,
      ...Object.fromEntries(watched.map((thread) => [thread, Number(sight[thread].silentMs === 0)])),
    }),
  );
  book.gauges(
    'gridbell_thread_silent_seconds',
    'For how long the thread has not answered; 0: it answers',
    'thread',
    ({ sight }) => Object.fromEntries(watched.map((thread) => [thread, sight[thread].silentMs / 1_000])),
  );
  book.totals(
    'gridbell_thread_busy_seconds_total',
    'Time in which the event loop of a thread was not waiting for work',
    'thread',
    ({ sight }) =>
      Object.fromEntries(Object.entries(sight.busyMs).map(([thread, ms]) => [thread, ms / 1_000])),
  );
  book.gauges(
    'gridbell_thread_event_loop_delay_seconds',
    'The longest time in the last minute for which the event loop of a thread was held up',
    'thread',
    (scene) => byThread(scene, ({ loopDelayMs }) => loopDelayMs / 1_000),
  );
  book.gauges('gridbell_thread_heap_used_bytes', 'JavaScript memory that a thread uses', 'thread', (scene) =>
    byThread(scene, ({ heapUsedBytes }) => heapUsedBytes),
  );
  book.gauges(
    'gridbell_thread_heap_limit_bytes',
    'JavaScript memory beyond which a thread, and the process with it, ends',
    'thread',
    (scene) => byThread(scene, ({ heapLimitBytes }) => heapLimitBytes),
  );
}

function byThread({ main, sight }: Scene, read: (vitals: ThreadVitals) => number): Record<string, number> {
  const values: Record<string, number> = { main: read(main) };
  for (const thread of watched) {
    const vitals = sight[thread].last?.thread;
    if (vitals) values[thread] = read(vitals);
  }
  return values;
}
