import type { Board, Panel } from '#dashboards/grafana/board.ts';

const asked = (text: string, name?: string): Panel['queries'][number] => ({
  source: 'prometheus',
  text,
  ...(name === undefined ? {} : { name }),
});
const p99 = (histogram: string): string =>
  `histogram_quantile(0.99, sum by (le) (rate(${histogram}_bucket[$__rate_interval])))`;

const console = { page: '/' } as const;
const shape = { ...console, kind: 'lines', width: 12 } as const;
const figure = { ...console, kind: 'number', width: 4 } as const;
const about = {
  en: 'docs/operations.md, Metrics, says what to do.',
  zh: '处理办法见 docs/operations.md 的 Metrics 一节。',
};

export const platformHealth: Board = {
  id: 'platform-health',
  title: { en: 'Platform health', zh: '平台运行' },
  filters: [],
  span: '6h',
  panels: [
    {
      ...figure,
      title: { en: 'Threads that answer, of four', zh: '有应答的线程（共四个）' },
      about,
      queries: [asked('sum(gridbell_thread_up)')],
    },
    {
      ...figure,
      title: { en: 'Alarms that stand', zh: '未解除报警' },
      about,
      page: '/alarms',
      queries: [asked('sum(gridbell_alarms_active)')],
    },
    {
      ...figure,
      title: { en: 'Tasks overdue', zh: '超时任务' },
      about,
      page: '/tasks',
      thresholds: [{ from: 1, severity: 'major' }],
      queries: [asked('gridbell_tasks_overdue')],
    },
    {
      ...figure,
      title: { en: 'Alarms are blocked', zh: '报警处理受阻' },
      about: {
        en: '1: nothing can be committed; /health/ready says why.',
        zh: '1：无法提交，原因见 /health/ready。',
      },
      thresholds: [{ from: 1, severity: 'critical' }],
      queries: [asked('gridbell_engine_blocked')],
    },
    {
      ...figure,
      title: { en: 'Rules that are broken', zh: '失效规则' },
      about,
      page: '/rules',
      thresholds: [{ from: 1, severity: 'major' }],
      queries: [asked('gridbell_rules{state="broken"}')],
    },
    {
      ...figure,
      title: { en: 'In quarantine', zh: '隔离区' },
      about,
      page: '/quarantine',
      queries: [asked('gridbell_quarantined_messages')],
    },
    {
      ...shape,
      title: { en: 'Messages', zh: '消息' },
      about,
      unit: 'ops',
      queries: [
        asked('sum by (qos) (rate(gridbell_mqtt_messages_total[$__rate_interval]))', 'QoS {{qos}}'),
        asked('sum(rate(gridbell_mqtt_refused_total[$__rate_interval]))', 'refused'),
      ],
    },
    {
      ...shape,
      title: { en: 'Connections', zh: '连接' },
      about,
      page: '/devices',
      queries: [
        asked('gridbell_mqtt_connections', 'connections'),
        asked('gridbell_mqtt_devices_online', 'devices'),
        asked('sum(gridbell_mqtt_waiting_connections)', 'waiting'),
      ],
    },
    {
      ...shape,
      title: { en: 'Slowest 1 % of acknowledgements and commits', zh: '最慢 1% 的确认与提交' },
      about,
      unit: 's',
      queries: [
        asked(p99('gridbell_mqtt_acknowledge_duration_seconds'), 'acknowledge'),
        asked(p99('gridbell_inbox_commit_duration_seconds'), 'inbox'),
        asked(p99('gridbell_engine_commit_duration_seconds'), 'engine'),
        asked(p99('gridbell_history_append_duration_seconds'), 'history'),
      ],
    },
    {
      ...shape,
      title: { en: 'Behind', zh: '积压' },
      about,
      queries: [
        asked('gridbell_engine_lag_records', 'engine, records'),
        asked('gridbell_history_lag_records', 'history, records'),
        asked('gridbell_inbox_queued_records', 'inbox, records'),
      ],
    },
    {
      ...shape,
      title: { en: 'Threads: share of time at work', zh: '线程忙碌比例' },
      about,
      unit: 'percentunit',
      thresholds: [{ from: 0.9, severity: 'major' }],
      queries: [asked('rate(gridbell_thread_busy_seconds_total[$__rate_interval])', '{{thread}}')],
    },
    {
      ...shape,
      title: { en: 'Threads: memory', zh: '线程内存' },
      about,
      unit: 'bytes',
      queries: [asked('gridbell_thread_heap_used_bytes', '{{thread}}')],
    },
    {
      ...shape,
      title: { en: 'Disk: free, and reserve', zh: '磁盘：剩余与预留' },
      about,
      unit: 'bytes',
      queries: [asked('gridbell_inbox_free_bytes', 'free'), asked('gridbell_inbox_reserve_bytes', 'reserve')],
    },
    {
      ...shape,
      title: { en: 'Into quarantine, by reason', zh: '进入隔离区（按原因）' },
      about,
      page: '/quarantine',
      unit: 'ops',
      queries: [
        asked('sum by (reason) (rate(gridbell_ingest_quarantined_total[$__rate_interval]))', '{{reason}}'),
      ],
    },
    {
      ...shape,
      title: { en: 'Alarms raised', zh: '新增报警' },
      about,
      kind: 'bars',
      page: '/alarms',
      queries: [
        asked('sum by (severity) (increase(gridbell_alarms_raised_total[$__rate_interval]))', '{{severity}}'),
      ],
    },
    {
      ...shape,
      title: { en: 'Tasks that are not over', zh: '未结任务' },
      about,
      page: '/tasks',
      queries: [asked('gridbell_tasks_open', '{{state}}')],
    },
    {
      ...shape,
      title: { en: 'Faults of ours', zh: '平台故障' },
      about,
      kind: 'bars',
      queries: [
        asked('increase(gridbell_engine_failures_total[$__rate_interval])', 'engine'),
        asked('increase(gridbell_history_failures_total[$__rate_interval])', 'history'),
        asked('increase(gridbell_inbox_failed_commits_total[$__rate_interval])', 'inbox'),
      ],
    },
    {
      ...shape,
      title: { en: 'Requests, slowest 1 %', zh: '最慢 1% 的请求' },
      about,
      unit: 's',
      queries: [asked(p99('gridbell_http_request_seconds'), 'HTTP')],
    },
  ],
};
