import { type FlowsConfig, flowsConfig, flowsSettings } from '#app/config/flows-settings.ts';
import { type HistoryConfig, historyConfig, historySettings } from '#app/config/history-settings.ts';
import { type NetworkConfig, networkConfig, networkSettings } from '#app/config/network-settings.ts';
import {
  type HeartbeatConfig,
  heartbeatConfig,
  type NotifyConfig,
  notifyConfig,
  notifySettings,
} from '#app/config/notify-settings.ts';
import { count, oneOf, phone, type Setting, size, text, timeOfDay, url } from '#app/config/setting.ts';
import { type ConfigSources, readSettings } from '#app/config/sources.ts';
import { SettingValues } from '#app/config/values.ts';
import type { ClockKind } from '#model/clock.ts';
import { GridbellError } from '#model/errors.ts';
import type { ForgottenPart } from '#model/report.ts';

/** What the platform is started with; read once, frozen, handed over in slices. */
export interface Config extends NetworkConfig, HistoryConfig {
  readonly dataDir: string;
  readonly clock: ClockKind;
  /** For the first start only; without it a random one is made and printed once. */
  readonly adminPassword: string | null;
  /** Whose *.yaml are rules; null: rules come by the API only. */
  readonly rulesDir: string | null;
  /** How rules come in that another version of Gridbell brings. */
  readonly newRules: 'shadow' | 'active';
  /** Whether anybody may read anonymous figures of the months that are over. */
  readonly publicIndicators: boolean;
  /** Where the boards are, for links of the console. */
  readonly grafanaUrl: string | null;
  readonly logLevel: string;
  /** Size at which the inbox begins a new segment, in bytes. */
  readonly inboxSegmentBytes: number;
  /** Free space below which only what is vital is written, and as much kept back beside it, in bytes. */
  readonly diskReserveBytes: number;
  /** What may come in without an account in an hour. */
  readonly residents: { readonly reportsOfAddress: number; readonly reportsAboutPlace: number };
  /** How long photos of tasks that are over are kept. */
  readonly photoDays: number;
  /** How long a resident's number and words are kept after their task is over. */
  readonly reportDays: Readonly<Record<ForgottenPart, number>>;
  /** `HH:mm` by the community's clock. */
  readonly summariesAt: string;
  readonly notify: NotifyConfig;
  readonly heartbeat: HeartbeatConfig;
  readonly flows: FlowsConfig;
  /** The number that a care ladder shows from its last rung on. */
  readonly emergencyNumber: string;
}

/**
 * Every setting, by its name in gridbell.yaml; `http-port` may also be written `http: { port: … }`, and is
 * GRIDBELL_HTTP_PORT in the environment, which wins over the file.
 */
const settings = {
  'data-dir': text('./data'),
  clock: oneOf('system', 'system', 'data'),
  ...networkSettings,
  'admin-password': text(null),
  'rules-dir': text(null),
  'library-new-rules': oneOf('shadow', 'shadow', 'active'),
  'public-indicators': oneOf('off', 'off', 'on'),
  'log-level': oneOf('info', 'debug', 'info', 'warn', 'error', 'silent'),
  ...historySettings,
  'inbox-segment': size('64MB'),
  'disk-reserve': size('64MB'),
  'emergency-number': phone('120'),
  ...notifySettings,
  ...flowsSettings,
  'reports-per-address': count(20),
  'reports-per-place': count(30),
  'photo-days': count(180),
  'report-phone-days': count(90),
  'report-words-days': count(365),
  'grafana-url': url(),
  'summaries-at': timeOfDay('08:00'),
} as const satisfies Record<string, Setting>;
type SettingName = keyof typeof settings;
/** All of them; docs/operations.md says what each does. */
export const settingNames = Object.keys(settings) as SettingName[];

/** Reads and checks all settings; throws one GridbellError('invalid-input') that names every mistake. */
export function loadConfig(sources: ConfigSources): Config {
  const problems: string[] = [];
  const values = new SettingValues<SettingName>(readSettings(settings, sources, problems));
  const network = networkConfig(values, problems);
  const history = historyConfig(values, problems);
  const flows = flowsConfig(values, problems);
  if (problems.length > 0) {
    throw new GridbellError(
      'invalid-input',
      `${problems.join('; ')}; correct them in gridbell.yaml or the environment: the settings are ${settingNames.join(', ')}`,
    );
  }
  return Object.freeze({
    ...network,
    ...history,
    dataDir: values.path('data-dir'),
    clock: values.text('clock') === 'data' ? 'data' : 'system',
    adminPassword: values.textOrNull('admin-password'),
    rulesDir: values.pathOrNull('rules-dir'),
    newRules: values.text('library-new-rules') === 'active' ? 'active' : 'shadow',
    publicIndicators: values.text('public-indicators') === 'on',
    grafanaUrl: values.textOrNull('grafana-url'),
    logLevel: values.text('log-level'),
    inboxSegmentBytes: values.bytes('inbox-segment'),
    diskReserveBytes: values.bytes('disk-reserve'),
    residents: {
      reportsOfAddress: values.number('reports-per-address'),
      reportsAboutPlace: values.number('reports-per-place'),
    },
    photoDays: values.number('photo-days'),
    reportDays: { phone: values.number('report-phone-days'), words: values.number('report-words-days') },
    summariesAt: values.text('summaries-at'),
    notify: notifyConfig(values),
    heartbeat: heartbeatConfig(values),
    flows,
    emergencyNumber: values.text('emergency-number'),
  });
}
