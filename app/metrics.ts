import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Core } from '#app/core.ts';

/**
 * Figures of every stage, named by Prometheus's conventions; docs/operations.md says what each means. The threads are
 * asked when somebody looks, so that counting costs the hot path an addition and nothing else.
 */
export function createMetrics(core: Core): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  // Each metric awaits the same look before it is written, however many there are.
  let looking: Promise<void> | null = null;
  const collect = (): Promise<void> => {
    looking ??= look().finally(() => {
      looking = null;
    });
    return looking;
  };
  const gauge = (name: string, help: string): Gauge =>
    new Gauge({ name, help, registers: [registry], collect });
  const total = (name: string, help: string): Counter =>
    new Counter({ name, help, registers: [registry], collect });
  const set = (counter: Counter, value: number): void => {
    counter.reset();
    counter.inc(value);
  };

  const up = gauge('gridbell_up', '1 while the platform runs');
  const records = total('gridbell_inbox_records_total', 'Records written to the inbox since the start');
  const bytes = total('gridbell_inbox_bytes_total', 'Sealed bytes written to the inbox since the start');
  const commits = total('gridbell_inbox_commits_total', 'Group commits of the inbox since the start');
  const failedCommits = total(
    'gridbell_inbox_failed_commits_total',
    'Commits of the inbox that failed; nothing of them was acknowledged',
  );
  const commitSeconds = gauge(
    'gridbell_inbox_last_commit_seconds',
    'How long the last commit of the inbox took',
  );
  const queued = gauge('gridbell_inbox_queued_records', 'Records that wait for their commit');
  const position = gauge('gridbell_inbox_position', 'Last record of the inbox');
  const engineLag = gauge(
    'gridbell_engine_lag_records',
    'Records of the inbox whose effects are not committed yet',
  );
  const engineCommits = total(
    'gridbell_engine_commits_total',
    'Transactions of the ops store since the start',
  );
  const engineFailures = total(
    'gridbell_engine_failures_total',
    'Records that could not be processed by a fault of Gridbell',
  );
  const readings = total('gridbell_readings_total', 'Readings accepted since the start');
  const historyBacklog = gauge(
    'gridbell_history_backlog_batches',
    'Batches of readings that history has not taken over yet',
  );
  const alarms = gauge('gridbell_alarms_active', 'Alarms that are active');
  const tasks = gauge('gridbell_tasks_open', 'Tasks that are not closed, rejected or void');
  const quarantined = gauge('gridbell_quarantined_messages', 'Messages and values in quarantine');
  const connections = gauge('gridbell_mqtt_connections', 'Open MQTT connections');
  const refused = new Counter({
    name: 'gridbell_mqtt_refused_total',
    help: 'What the broker refused since the start, by reason',
    labelNames: ['reason'],
    registers: [registry],
    collect,
  });

  async function look(): Promise<void> {
    up.set(1);
    const [broker, engine] = await Promise.all([
      core.broker.call('stats', null),
      core.engine.call('stats', null),
    ]);
    set(records, broker.inbox.records);
    set(bytes, broker.inbox.bytes);
    set(commits, broker.inbox.commits);
    set(failedCommits, broker.inbox.failedCommits);
    commitSeconds.set(broker.inbox.lastCommitMs / 1000);
    queued.set(broker.inbox.queued);
    position.set(broker.inboxPosition);
    engineLag.set(Math.max(0, broker.inboxPosition - engine.committed));
    set(engineCommits, engine.commits);
    set(engineFailures, engine.failures);
    set(readings, engine.counters['readings'] ?? 0);
    historyBacklog.set(core.reader.historyBacklog());
    const counts = core.reader.counts();
    alarms.set(counts.alarmsActive);
    tasks.set(counts.tasksOpen);
    quarantined.set(counts.quarantined);
    connections.set(broker.broker?.connections ?? 0);
    refused.reset();
    for (const [reason, count] of Object.entries(broker.broker?.refusals ?? {}))
      refused.inc({ reason }, count);
  }
  return registry;
}
