import type { MetricBook } from '#app/metrics/metric-book.ts';

export function ingestMetrics(book: MetricBook): void {
  book.totals(
    'gridbell_ingest_decoded_messages_total',
    'Messages that gave at least one reading, by dialect',
    'dialect',
    ({ sight }) => sight.engine.last?.work.decoded,
  );
  book.totals(
    'gridbell_ingest_quarantined_total',
    'Messages and values that were put into quarantine, by reason',
    'reason',
    ({ sight }) => sight.engine.last?.work.quarantined,
  );
  book.totals(
    'gridbell_ingest_repeats_total',
    'What was dropped since it was known: whole messages (resent) and readings (known)',
    'reason',
    ({ sight }) => sight.engine.last?.work.repeats,
  );
  book.total('gridbell_readings_total', 'Readings accepted', ({ sight }) => sight.engine.last?.work.readings);
  book.gauge(
    'gridbell_quarantined_messages',
    'Messages and values that are in quarantine and not yet replayed',
    ({ counts }) => counts?.quarantined,
  );
}
