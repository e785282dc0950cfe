import type { MetricBook } from '#app/metrics/metric-book.ts';
import { rooms } from '#broker/ports.ts';

export function inboxMetrics(book: MetricBook): void {
  book.totals(
    'gridbell_inbox_records_total',
    'Records written to the inbox, by type',
    'type',
    ({ sight }) => sight.broker.last?.records,
  );
  book.total(
    'gridbell_inbox_written_bytes_total',
    'Sealed bytes written to the inbox',
    ({ sight }) => sight.broker.last?.inbox.bytes,
  );
  book.durations(
    'gridbell_inbox_commit_duration_seconds',
    'How long group commits of the inbox took',
    ({ sight }) => sight.broker.last?.inbox.commitDurations,
  );
  book.total(
    'gridbell_inbox_failed_commits_total',
    'Commits of the inbox that failed; nothing of them was acknowledged',
    ({ sight }) => sight.broker.last?.inbox.failedCommits,
  );
  book.gauge(
    'gridbell_inbox_queued_records',
    'Records that wait for their commit',
    ({ sight }) => sight.broker.last?.inbox.queued,
  );
  book.gauge(
    'gridbell_inbox_segments',
    'Files of the inbox',
    ({ sight }) => sight.broker.last?.inbox.segments,
  );
  book.gauge(
    'gridbell_inbox_free_bytes',
    'Free space of the file system of the inbox',
    ({ sight }) => sight.broker.last?.inbox.room.freeBytes ?? undefined,
  );
  book.gauge(
    'gridbell_inbox_reserve_bytes',
    'What is left of the reserve for life safety',
    ({ sight }) => sight.broker.last?.inbox.room.reserveBytes,
  );
  book.gauges(
    'gridbell_inbox_room',
    '1 for what the disk has room for: everything (ample), only what is vital (tight), nothing (none)',
    'state',
    ({ sight }) => {
      const state = sight.broker.last?.inbox.room.state;
      return state && Object.fromEntries(rooms.map((room) => [room, Number(room === state)]));
    },
  );
  book.gauge(
    'gridbell_inbox_position',
    'Last record of the inbox',
    ({ sight }) => sight.broker.last?.inboxPosition,
  );
}
