import type { MetricBook } from '#app/metrics/metric-book.ts';
import { severities } from '#model/alarm.ts';

/** Alarms, tasks, commands to devices. Not by category: categories are data, and may become many. */
export function workMetrics(book: MetricBook): void {
  book.totals(
    'gridbell_alarms_raised_total',
    'Alarms raised, by severity at the beginning',
    'severity',
    ({ sight }) => sight.engine.last?.work.alarmsRaised,
  );
  book.totals(
    'gridbell_alarms_cleared_total',
    'Alarms that are over, by severity at the end',
    'severity',
    ({ sight }) => sight.engine.last?.work.alarmsCleared,
  );
  book.gauges('gridbell_alarms_active', 'Alarms that are active, by severity', 'severity', ({ counts }) =>
    counts === null
      ? undefined
      : Object.fromEntries(severities.map((severity) => [severity, counts.alarmsActive[severity] ?? 0])),
  );
  book.totals(
    'gridbell_tasks_raised_total',
    'Tasks that began, by severity',
    'severity',
    ({ sight }) => sight.engine.last?.work.tasksRaised,
  );
  book.totals(
    'gridbell_task_steps_total',
    'Entries in the histories of tasks, by action',
    'action',
    ({ sight }) => sight.engine.last?.work.taskSteps,
  );
  book.gauges(
    'gridbell_tasks_open',
    'Tasks that are not closed, rejected or void, by state',
    'state',
    ({ counts }) => (counts === null ? undefined : { dispatched: 0, ...counts.tasksOpen }),
  );
  book.gauge(
    'gridbell_tasks_overdue',
    'Tasks that wait longer than they may: to be accepted, or to be handled',
    ({ counts }) => counts?.tasksOverdue,
  );
  book.gauge(
    'gridbell_task_timers',
    'Work of tasks that is to be done later, such as raising again',
    ({ counts }) => counts?.timers,
  );
  book.gauge(
    'gridbell_task_timers_overdue',
    'Work of tasks whose time has come and that is not done yet',
    ({ counts }) => counts?.timersOverdue,
  );
  book.totals(
    'gridbell_device_commands_total',
    'Commands to devices, by the state that they came into',
    'state',
    ({ sight }) => sight.engine.last?.work.deviceCommands,
  );
  book.totals(
    'gridbell_device_command_replies_total',
    'Replies of devices to commands, by what became of them',
    'kind',
    ({ sight }) => sight.engine.last?.work.replies,
  );
  book.totals(
    'gridbell_posted_alarms_total',
    'Requests of flows and others to raise and to clear alarms, by what became of them',
    'kind',
    ({ sight }) => sight.engine.last?.work.posts,
  );
  book.gauge(
    'gridbell_device_commands_open',
    'Commands that their devices have not acknowledged yet',
    ({ counts }) => counts?.deviceCommandsOpen,
  );
}
