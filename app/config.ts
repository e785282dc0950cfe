import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { type HistoryTarget, historyTarget } from '#app/history/history-target.ts';
import { defaultLimits } from '#broker/limits.ts';
import { type DurationMs, day, durationMs, minute, second } from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';
import { parseDuration } from '#model/duration.ts';
import { GridbellError, messageOf } from '#model/errors.ts';
import type { ForgottenPart } from '#model/report.ts';
import { defaultRetention, parseRetention, type Retention } from '#model/retention.ts';

/** What the platform is started with; read once, frozen, handed over in slices. */
export interface Config {
  readonly dataDir: string;
  readonly clock: ClockKind;
  readonly host: string;
  readonly http: { readonly port: number };
  readonly mqtt: {
    readonly port: number;
    readonly wsPort: number;
    /** MQTTS, when a certificate is given. */
    readonly tls: { readonly port: number; readonly certFile: string; readonly keyFile: string } | null;
  };
  readonly mqttLimits: {
    readonly connections: number;
    readonly connectionsOfAddress: number;
    readonly connectsPerSecond: number;
    readonly packetsPerSecond: number;
  };
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
  /** Where readings are kept. */
  readonly history: HistoryTarget;
  /** DuckDB's memory limit, as `256MB`. */
  readonly historyMemory: string;
  /** How much of readings may wait for history, in bytes. */
  readonly historyOutboxBytes: number;
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
  /** Addresses of reverse proxies, whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** How long history keeps what. */
  readonly retention: Retention;
  /** How often history looks for closed days to sort. */
  readonly historySortEveryMs: number;
  /** `HH:mm` by the community's clock. */
  readonly summariesAt: string;
  readonly notify: NotifyConfig;
  /** Where Gridbell says that it works. */
  readonly heartbeat: {
    readonly url: string | null;
    readonly everyMs: DurationMs;
    readonly method: 'GET' | 'POST';
  };
  /** The number that a care ladder shows from its last rung on. */
  readonly emergencyNumber: string;
}

/** How people are told; channels are read by app/notify/channel-settings.ts. */
export interface NotifyConfig {
  /** Where people reach the console, for links in messages; null: messages have no links. */
  readonly publicUrl: string | null;
  /** Host names, addresses and networks inside that messages may go to, with commas. */
  readonly allowTargets: string;
  /** By id, as YAML or JSON text. */
  readonly channels: string;
  /** What is said in other words than the built-in ones, as YAML or JSON text (app/notify/text-settings.ts). */
  readonly texts: string;
  /** Ids of channels, the first first; null: as they are written. */
  readonly cascade: readonly string[] | null;
  readonly groupWithinMs: DurationMs;
  readonly proofWithinMs: DurationMs;
  readonly proofWithinLifeSafetyMs: DurationMs;
}

type Read = (text: string) => string | number | undefined;
interface Setting {
  readonly fallback: string | number | null;
  /** What is accepted, for the error message. */
  readonly wants: string;
  readonly read: Read;
}

const text = (fallback: string | null): Setting => ({
  fallback,
  wants: 'a text that is not empty',
  read: (value) => (value === '' ? undefined : value),
});
const port = (fallback: number): Setting => ({
  fallback,
  wants: 'a port between 0 and 65535 (0: any free one)',
  read: (value) => (/^\d{1,5}$/.test(value) && Number(value) <= 65_535 ? Number(value) : undefined),
});
const oneOf = (fallback: string, ...words: string[]): Setting => ({
  fallback,
  wants: `one of ${words.join(', ')}`,
  read: (value) => (words.includes(value) ? value : undefined),
});
const size = (fallback: string): Setting => ({
  fallback,
  wants: 'a size such as 1MB, 256MB or 2GB',
  read: (value) => (/^[1-9]\d{0,5}(MB|GB)$/.test(value) ? value : undefined),
});

const count = (fallback: number): Setting => ({
  fallback,
  wants: 'a whole number above 0',
  read: (value) => (/^[1-9]\d{0,8}$/.test(value) ? Number(value) : undefined),
});
const phone = (fallback: string): Setting => ({
  fallback,
  wants: 'a number to call, such as 120 or +86 21 5555 0000',
  read: (value) => (/^\+?[\d -]{2,30}$/.test(value) ? value : undefined),
});
const url = (): Setting => ({
  fallback: null,
  wants: 'an http or https address such as https://gridbell.example',
  read: (value) => (/^https?:$/.test(URL.parse(value)?.protocol ?? '') ? value : undefined),
});
/** Without a name and password in it: addresses are told in logs and errors. */
const serverUrl = (): Setting => ({
  fallback: null,
  wants: 'an http or https address without name and password, such as http://127.0.0.1:8086',
  read: (value) => {
    const parsed = URL.parse(value);
    const isPlain = parsed?.username === '' && parsed.password === '' && parsed.search === '';
    return isPlain && /^https?:$/.test(parsed.protocol) ? value : undefined;
  },
});
const mapping = (): Setting => ({
  fallback: '{}',
  wants: 'a mapping: what it holds by its id',
  read: (value) => {
    try {
      const parsed: unknown = parse(value);
      return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? value : undefined;
    } catch {
      return undefined;
    }
  },
});
const retention = (): Setting => ({
  fallback: '{}',
  wants:
    'how long public, operational, personal and health data is kept, and properties by name, such as { health: { readings: 90d, rollups: 365d } }, each at least 1d or forever and roll-ups no shorter than readings',
  read: (value) => {
    try {
      return parseRetention(parse(value)) === undefined ? undefined : value;
    } catch {
      return undefined;
    }
  },
});
const timeOfDay = (fallback: string): Setting => ({
  fallback,
  wants: 'a time of day such as 08:00',
  read: (value) => (/^([01]\d|2[0-3]):[0-5]\d$/.test(value) ? value : undefined),
});
const isPeriod = (length = 0): boolean => length > 0 && length <= 7 * day;
const duration = (fallback: string): Setting => ({
  fallback,
  wants: 'a duration such as 500ms, 60s or 10m, longer than zero and at most 7d',
  // A timer of more than 24 days would run out at once.
  read: (value) => (isPeriod(parseDuration(value)) ? value : undefined),
});

const isAddress = (text: string): boolean => {
  const [address = '', bits] = text.split('/');
  const most = isIP(address) === 4 ? 32 : 128;
  return isIP(address) !== 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
};
const addresses = (): Setting => ({
  fallback: null,
  wants: 'addresses or networks, such as 127.0.0.1, 10.0.0.0/8',
  read: (value) => (listOf(value).every(isAddress) ? value : undefined),
});

/**
 * Every setting, by its name in gridbell.yaml; `http-port` may also be written `http: { port: … }`, and is
 * GRIDBELL_HTTP_PORT in the environment, which wins over the file.
 */
const settings = {
  'data-dir': text('./data'),
  clock: oneOf('system', 'system', 'data'),
  host: text('127.0.0.1'),
  'http-port': port(8080),
  'mqtt-port': port(1883),
  'mqtt-ws-port': port(8083),
  'mqtts-port': port(8883),
  'mqtt-connections': count(defaultLimits.connections),
  'mqtt-connections-per-address': count(defaultLimits.connectionsOfAddress),
  'mqtt-connects-per-second': count(defaultLimits.connectsPerSecond),
  'mqtt-packets-per-second': count(defaultLimits.packetsPerSecond),
  'tls-cert': text(null),
  'tls-key': text(null),
  'admin-password': text(null),
  'rules-dir': text(null),
  'library-new-rules': oneOf('shadow', 'shadow', 'active'),
  'public-indicators': oneOf('off', 'off', 'on'),
  'log-level': oneOf('info', 'debug', 'info', 'warn', 'error', 'silent'),
  'history-memory': size('256MB'),
  'history-kind': oneOf('duckdb', 'duckdb', 'influxdb'),
  'history-url': serverUrl(),
  'history-org': text(null),
  'history-bucket': text(null),
  'history-database': text(null),
  'history-token': text(null),
  'history-username': text(null),
  'history-password': text(null),
  'history-outbox': size('8GB'),
  'inbox-segment': size('64MB'),
  'disk-reserve': size('64MB'),
  'history-sort-every': duration('60s'),
  'emergency-number': phone('120'),
  'heartbeat-url': url(),
  'heartbeat-every': duration('30s'),
  'heartbeat-method': oneOf('POST', 'POST', 'GET'),
  'notify-public-url': url(),
  'notify-allow-targets': text(null),
  'notify-channels': mapping(),
  'notify-cascade': text(null),
  'notify-texts': mapping(),
  'notify-group-within': duration('30s'),
  'notify-proof-within': duration('5m'),
  'notify-proof-within-life-safety': duration('20s'),
  'reports-per-address': count(20),
  'reports-per-place': count(30),
  'history-retention': retention(),
  'photo-days': count(180),
  'report-phone-days': count(90),
  'report-words-days': count(365),
  'grafana-url': url(),
  'summaries-at': timeOfDay('08:00'),
  'trusted-proxies': addresses(),
} as const satisfies Record<string, Setting>;
type SettingName = keyof typeof settings;
/** All of them; docs/operations.md says what each does. */
export const settingNames = Object.keys(settings) as SettingName[];
const environmentName = (name: string): string => `GRIDBELL_${name.toUpperCase().replaceAll('-', '_')}`;

/** Names that older or later parts may set in the environment without being a setting of ours. */
const notSettings: ReadonlySet<string> = new Set([
  'GRIDBELL_TEST_LONG',
  'GRIDBELL_TEST_SUMMARY',
  'GRIDBELL_CONFIG',
  'GRIDBELL_PARENT',
]);

export interface ConfigSources {
  /** `--config FILE`; without it `gridbell.yaml` of the working directory where there is one. */
  readonly file?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** From the command line, by setting name; wins over all. */
  readonly overrides?: Readonly<Record<string, string>>;
}

/** Reads and checks all settings; throws one GridbellError('invalid-input') that names every mistake. */
export function loadConfig(sources: ConfigSources): Config {
  const problems: string[] = [];
  const values = readAll(gather(sources, problems), problems);
  const certFile = values.get('tls-cert');
  const keyFile = values.get('tls-key');
  if ((certFile === null) !== (keyFile === null))
    problems.push('tls-cert and tls-key belong together: give both or none');
  const history = historyTarget((name) => {
    const value = values.get(`history-${name}`);
    return typeof value === 'string' ? value : null;
  }, problems);
  if (problems.length > 0) {
    throw new GridbellError(
      'invalid-input',
      `${problems.join('; ')}; correct them in gridbell.yaml or the environment: the settings are ${settingNames.join(', ')}`,
    );
  }

  const string = (name: SettingName): string => String(values.get(name));
  const number = (name: SettingName): number => Number(values.get(name));
  const adminPassword = values.get('admin-password');
  const rulesDir = values.get('rules-dir');
  return Object.freeze({
    dataDir: resolve(string('data-dir')),
    clock: string('clock') === 'data' ? 'data' : 'system',
    host: string('host'),
    http: { port: number('http-port') },
    mqtt: {
      port: number('mqtt-port'),
      wsPort: number('mqtt-ws-port'),
      tls:
        typeof certFile === 'string' && typeof keyFile === 'string'
          ? { port: number('mqtts-port'), certFile: resolve(certFile), keyFile: resolve(keyFile) }
          : null,
    },
    mqttLimits: {
      connections: number('mqtt-connections'),
      connectionsOfAddress: number('mqtt-connections-per-address'),
      connectsPerSecond: number('mqtt-connects-per-second'),
      packetsPerSecond: number('mqtt-packets-per-second'),
    },
    adminPassword: typeof adminPassword === 'string' ? adminPassword : null,
    rulesDir: typeof rulesDir === 'string' ? resolve(rulesDir) : null,
    newRules: string('library-new-rules') === 'active' ? 'active' : 'shadow',
    publicIndicators: string('public-indicators') === 'on',
    logLevel: string('log-level'),
    history,
    historyMemory: string('history-memory'),
    historyOutboxBytes: bytesOf(string('history-outbox')),
    inboxSegmentBytes: bytesOf(string('inbox-segment')),
    diskReserveBytes: bytesOf(string('disk-reserve')),
    residents: {
      reportsOfAddress: number('reports-per-address'),
      reportsAboutPlace: number('reports-per-place'),
    },
    photoDays: number('photo-days'),
    retention: parseRetention(parse(string('history-retention'))) ?? defaultRetention,
    reportDays: { phone: number('report-phone-days'), words: number('report-words-days') },
    grafanaUrl: typeof values.get('grafana-url') === 'string' ? string('grafana-url') : null,
    summariesAt: string('summaries-at'),
    trustedProxies: values.get('trusted-proxies') ? listOf(string('trusted-proxies')) : [],
    historySortEveryMs: parseDuration(string('history-sort-every')) ?? minute,
    notify: notifyConfig(values),
    emergencyNumber: string('emergency-number'),
    heartbeat: heartbeatConfig(values),
  });
}

function heartbeatConfig(values: ReadonlyMap<SettingName, string | number | null>): Config['heartbeat'] {
  const target = values.get('heartbeat-url');
  return Object.freeze({
    url: typeof target === 'string' ? target : null,
    everyMs: parseDuration(String(values.get('heartbeat-every'))) ?? durationMs(30 * second),
    method: values.get('heartbeat-method') === 'GET' ? 'GET' : 'POST',
  });
}

function notifyConfig(values: ReadonlyMap<SettingName, string | number | null>): NotifyConfig {
  const string = (name: SettingName): string => String(values.get(name) ?? '');
  const length = (name: SettingName): DurationMs => parseDuration(string(name)) ?? durationMs(30 * second);
  const cascade = string('notify-cascade')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  return Object.freeze({
    publicUrl: string('notify-public-url') || null,
    allowTargets: string('notify-allow-targets'),
    channels: string('notify-channels'),
    texts: string('notify-texts'),
    cascade: cascade.length === 0 ? null : cascade,
    groupWithinMs: length('notify-group-within'),
    proofWithinMs: length('notify-proof-within'),
    proofWithinLifeSafetyMs: length('notify-proof-within-life-safety'),
  });
}

interface Given {
  readonly value: string;
  /** Where it was said, for the error message. */
  readonly where: string;
}

/** What was said of each name, known or not; the later source wins. */
function gather({ env, file, overrides = {} }: ConfigSources, problems: string[]): Map<string, Given> {
  const given = new Map<string, Given>();
  for (const [name, value] of Object.entries(readFile(file, problems)))
    given.set(name, { value, where: 'gridbell.yaml' });
  for (const [variable, value] of Object.entries(env)) {
    // Compose files set what is not set to nothing.
    if (!variable.startsWith('GRIDBELL_') || notSettings.has(variable) || !value) continue;
    const name = settingNames.find((candidate) => environmentName(candidate) === variable);
    if (name === undefined) problems.push(`${variable} is no setting`);
    else given.set(name, { value, where: variable });
  }
  for (const [name, value] of Object.entries(overrides)) given.set(name, { value, where: `--${name}` });
  return given;
}

function readAll(
  given: ReadonlyMap<string, Given>,
  problems: string[],
): Map<SettingName, string | number | null> {
  const values = new Map<SettingName, string | number | null>();
  for (const name of settingNames) {
    const setting: Setting = settings[name];
    const entry = given.get(name);
    const value = entry === undefined ? setting.fallback : setting.read(entry.value);
    if (value === undefined) problems.push(`${entry?.where}: ${name} wants ${setting.wants}`);
    else values.set(name, value);
  }
  for (const [name, { where }] of given) {
    if (!settingNames.some((known) => known === name)) problems.push(`${where}: ${name} is no setting`);
  }
  return values;
}

const listOf = (text: string): string[] => text.split(',').map((each) => each.trim());

const bytesOf = (text: string): number =>
  Number.parseInt(text, 10) * (text.endsWith('GB') ? 2 ** 30 : 2 ** 20);

function readFile(file: string | undefined, problems: string[]): Record<string, string> {
  const path = file ?? 'gridbell.yaml';
  if (!existsSync(path)) {
    if (file !== undefined) problems.push(`${file} does not exist`);
    return {};
  }
  try {
    return flatten(parse(readFileSync(path, 'utf8')) ?? {}, '');
  } catch (error) {
    // The first line: the others are an extract of the file, and it may hold a password.
    problems.push(`${path} cannot be read: ${messageOf(error).split('\n', 1)[0]}`);
    return {};
  }
}

/** `{ http: { port: 80 } }` → `{ 'http-port': '80' }`; a list is its entries with commas, channels and texts stay as they are. */
function flatten(value: unknown, prefix: string): Record<string, string> {
  if (prefix === 'notify-channels' || prefix === 'notify-texts' || prefix === 'history-retention')
    return { [prefix]: JSON.stringify(value) };
  if (Array.isArray(value)) return { [prefix]: value.join(',') };
  if (typeof value !== 'object' || value === null)
    return { [prefix]: value === null ? '' : `${value as string | number | boolean}` };
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, entry]) => flatten(entry, prefix === '' ? key : `${prefix}-${key}`)),
  ) as Record<string, string>;
}
