import type { MetricBook } from '#app/metrics/metric-book.ts';

export function historyMetrics(book: MetricBook): void {
  book.gauge(
    'gridbell_history_backlog_batches',
    'Batches of readings in the ops store that are not taken over yet',
    ({ sight }) => sight.queue?.batches,
  );
  book.gauge(
    'gridbell_history_outbox_bytes',
    'Bytes of the batches of readings that wait for history, or are kept (gridbell_history_kept_bytes)',
    ({ sight }) => sight.engine.last?.outbox.bytes,
  );
  book.gauge(
    'gridbell_history_kept_bytes',
    'Of them, those that InfluxDB acknowledged and that are kept until they are surely on its disk',
    ({ sight }) => sight.history.last?.handover?.keptBytes,
  );
  book.gauge(
    'gridbell_history_went_back_readings',
    'Readings that InfluxDB had acknowledged and lost the last time that it went back, and that were written again',
    ({ sight }) => sight.history.last?.handover?.wentBack?.again,
  );
  book.gauge(
    'gridbell_history_went_back_lost_records',
    'Records whose readings InfluxDB had acknowledged and lost the last time that it went back, and that were not kept',
    ({ sight }) => sight.history.last?.handover?.wentBack?.lost,
  );
  book.gauge(
    'gridbell_history_went_back_seconds',
    'When InfluxDB last had less than it had acknowledged, as seconds since 1970',
    ({ sight }) => {
      const at = sight.history.last?.handover?.wentBack?.at;
      return at === undefined ? undefined : at / 1_000;
    },
  );
  book.gauge(
    'gridbell_history_outbox_limit_bytes',
    'Bytes that may wait for history; from there on only what is vital comes in',
    ({ sight }) => sight.engine.last?.outbox.mostBytes,
  );
  book.gauge(
    'gridbell_history_lag_records',
    "Records from history's last to the last that waits for it",
    ({ sight }) => sight.queue?.lagRecords,
  );
  book.gauge(
    'gridbell_history_lag_seconds',
    'How long ago the oldest batch that waits for history was received; 0: none waits',
    ({ sight }) => (sight.queue ? sight.queue.oldestMs / 1_000 : undefined),
  );
  book.gauge(
    'gridbell_history_events_waiting',
    'Events of alarms and tasks that are not in InfluxDB yet, where history is one',
    ({ sight }) => sight.history.last?.work?.waiting ?? undefined,
  );
  book.total(
    'gridbell_history_events_refused_total',
    'Rows about alarms and tasks that InfluxDB refused; the log says why',
    ({ sight }) => sight.history.last?.work?.refused,
  );
  book.durations(
    'gridbell_history_append_duration_seconds',
    'How long appends to history took, up to 64 batches each',
    ({ sight }) => sight.history.last?.takeOver.appends,
  );
  book.total(
    'gridbell_history_readings_total',
    'Readings taken over into history',
    ({ sight }) => sight.history.last?.takeOver.readings,
  );
  book.total(
    'gridbell_history_rejected_total',
    'Readings that history can never store and left out; they are in quarantine (not-stored)',
    ({ sight }) => sight.history.last?.takeOver.rejected,
  );
  book.total(
    'gridbell_history_failures_total',
    'Appends to history, and openings of it, that failed and were tried again',
    ({ sight }) => sight.history.last?.takeOver.failures,
  );
  book.gauge(
    'gridbell_history_paused',
    '1 while history takes nothing over: it was told so, or the disk has no room for it',
    ({ sight }) => {
      const takeOver = sight.history.last?.takeOver;
      return takeOver && Number(takeOver.isPaused || takeOver.waiting !== null);
    },
  );
  book.gauge(
    'gridbell_history_unsorted_days',
    'Days of history that are not in order; today is one of them',
    ({ sight }) => sight.history.last?.takeOver.unsortedDays,
  );
  book.gauge(
    'gridbell_history_bytes',
    'Bytes of the files of history',
    ({ sight }) => sight.history.last?.status?.bytes,
  );
  book.gauge(
    'gridbell_history_days',
    'UTC days that history has readings of',
    ({ sight }) => sight.history.last?.status?.days,
  );
  book.gauge(
    'gridbell_history_days_without_rollups',
    'Days that are over and have no roll-ups yet; questions about them read all readings',
    ({ sight }) => sight.history.last?.status?.daysWithoutRollups,
  );
  book.gauge(
    'gridbell_history_oldest_seconds',
    'Day of the oldest reading, as seconds since 1970',
    ({ sight }) => {
      const oldest = sight.history.last?.status?.oldest ?? null;
      return oldest === null ? undefined : oldest / 1_000;
    },
  );
  book.durations(
    'gridbell_history_sort_duration_seconds',
    'How long it took to look for closed days and to put them in order',
    ({ sight }) => sight.history.last?.upkeep,
  );
  book.total(
    'gridbell_history_failed_sorts_total',
    'Times that days could not be put in order; they stay readable as they are',
    ({ sight }) => sight.history.last?.failedUpkeeps,
  );
}
