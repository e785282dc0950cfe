import type { MetricBook } from '#app/metrics/metric-book.ts';

export function engineMetrics(book: MetricBook): void {
  book.gauge(
    'gridbell_engine_lag_records',
    'Records of the inbox whose effects are not committed yet',
    ({ sight }) =>
      sight.broker.last && sight.engine.last
        ? Math.max(0, sight.broker.last.inboxPosition - sight.engine.last.committed)
        : undefined,
  );
  book.gauge(
    'gridbell_engine_blocked',
    '1 while nothing can be committed; /health/ready says why',
    ({ sight }) => (sight.engine.last ? Number(sight.engine.last.blocked !== null) : undefined),
  );
  book.durations(
    'gridbell_engine_commit_duration_seconds',
    'How long transactions of the ops store took, with all that is written',
    ({ sight }) => sight.engine.last?.commits,
  );
  book.durations(
    'gridbell_engine_snapshot_duration_seconds',
    "How long the writing of the engine's changed memory took",
    ({ sight }) => sight.engine.last?.snapshots,
  );
  book.total(
    'gridbell_engine_snapshot_bytes_total',
    "Bytes of the engine's changed memory that were written",
    ({ sight }) => sight.engine.last?.snapshotBytes,
  );
  book.total(
    'gridbell_engine_rebuilds_total',
    'Times that the engine was built again from what is on disk, after a failure',
    ({ sight }) => sight.engine.last?.rebuilds,
  );
  book.total(
    'gridbell_engine_failures_total',
    'Records that could not be processed by a fault of Gridbell, and batches of the inbox set aside',
    ({ sight }) => sight.engine.last?.failures,
  );
}
