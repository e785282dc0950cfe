import { readFileSync } from 'node:fs';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { type Logger, pino } from 'pino';
import { Registry } from 'prom-client';
import { ConfigurationCache } from '#api/configuration-cache.ts';
import type { ApiFlows } from '#api/flows-port.ts';
import type { ApiNotify } from '#api/notify-port.ts';
import type {
  ApiPlatform,
  BacktestOrder,
  HistoryCare,
  LatestValue,
  LiveEvent,
  RuleFile,
} from '#api/ports.ts';
import { type ApiOptions, createApi } from '#api/server.ts';
import { flowsOff } from '#app/flows/flows-off.ts';
import { offlineNotify } from '#app/notify/offline-notify.ts';
import { type DeviceId, type EpochMs, epochMs, hour, plus } from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';
import { GridbellError } from '#model/errors.ts';
import { defaultRetention } from '#model/retention.ts';
import type { Role } from '#model/role.ts';
import { hashSecret, newSecret } from '#model/secrets.ts';
import type { BacktestReport } from '#rules/backtest/report.ts';
import type { Downtime } from '#rules/engine/counted-time.ts';
import type {
  BucketAnswer,
  BucketQuery,
  Erasure,
  Extent,
  HeatAnswer,
  HeatQuery,
  HistoryStatus,
  Holdings,
  MeasuredQuery,
  Page,
  Point,
  RawQuery,
  Received,
  SeriesName,
} from '#store/history/history.ts';
import type { OpsReader } from '#store/ops/reader.ts';
import type { OpsWriter } from '#store/ops/writer.ts';
import { EngineStandIn } from '#tests/api/support/engine-stand-in.ts';
import { disposableStore } from '#tests/store/ops/support/disposable-store.ts';

export const sampleCommunity = readFileSync(new URL('./sample-community.yaml', import.meta.url), 'utf8');
export const start = epochMs(Date.parse('2026-01-01T04:00:00Z'));

/** The accounts of the sample community, by role; `admin` has no person. */
export const accountOf = {
  admin: 'admin',
  'property-manager': 'p-manager',
  'care-staff': 'p-care',
  'grid-worker': 'p-worker',
  'grid-leader': 'p-leader',
  'community-duty': 'p-duty',
  'street-duty': 'p-street',
  volunteer: 'p-volunteer',
  auditor: 'p-auditor',
} as const satisfies Record<Role, string>;

/** What tests set and look at beside the API itself. */
export class PlatformStandIn implements ApiPlatform {
  clock: ClockKind = 'system';
  at: EpochMs = start;
  readonly listeners = new Set<(event: LiveEvent) => void>();
  readonly latestOf = new Map<string, Record<string, LatestValue>>();
  readonly historyAsked: (RawQuery | BucketQuery)[] = [];
  retention = defaultRetention;
  readonly erased: string[] = [];
  readonly heatAsked: HeatQuery[] = [];
  points: readonly Point[] = [];
  /** What a device ever said. */
  propertiesOf: (device: DeviceId) => readonly string[] = () => [];
  isReady = true;
  notify: ApiNotify = offlineNotify;
  flows: ApiFlows = flowsOff({ isEnabled: false, access: 'confined', memoryBytes: 512 * 2 ** 20 });
  readonly metrics = new Registry();
  readonly deviceTokenKey = new Uint8Array(32).fill(3);
  readonly residentKey = new Uint8Array(32).fill(4);
  readonly kept = new Map<string, Buffer>();
  photos: ApiPlatform['photos'] = {
    keep: async (picture) => {
      const id = (this.kept.size + 1).toString(16).padStart(32, '0');
      this.kept.set(id, Buffer.from(picture));
      return id;
    },
    read: async (id) => this.kept.get(id),
    refresh: async (ids) => ids.every((id) => this.kept.has(id)),
  };
  readonly #engine: EngineStandIn;

  constructor(engine: EngineStandIn) {
    this.#engine = engine;
  }

  now = (): EpochMs => this.at;
  unheard: readonly Downtime[] = [];
  downtimes = () => this.unheard;
  execute: ApiPlatform['execute'] = (actor, command) => this.#engine.execute(actor, command);
  messagesOf = new Map<string, number>();
  unclaimedMessages: ApiPlatform['unclaimedMessages'] = async (devices) =>
    devices.map((device) => this.messagesOf.get(device) ?? 0);
  latest = async (device: DeviceId) => this.latestOf.get(device) ?? {};
  traced: readonly unknown[] = [{ at: start, outcome: 'not fired' }];
  trace = async () => this.traced;
  ruleStatus: ApiPlatform['ruleStatus'] = async () => [];
  countingSince = start;
  readonly backtested: BacktestOrder[] = [];
  /** What a backtest comes to; undefined: it runs until it is called off. */
  report: BacktestReport | undefined = undefined;
  calledOff = 0;
  backtest: ApiPlatform['backtest'] = (order, signal) => {
    this.backtested.push(order);
    if (this.report) return Promise.resolve(this.report);
    return new Promise((_, reject) =>
      signal.addEventListener('abort', () => {
        this.calledOff += 1;
        reject(new GridbellError('not-ready', 'called off'));
      }),
    );
  };
  files: readonly RuleFile[] | null = null;
  ruleFiles = () => this.files;
  history = {
    readings: async (query: RawQuery): Promise<Page> => {
      this.historyAsked.push(query);
      return { points: this.points, next: null };
    },
    buckets: async (query: BucketQuery): Promise<BucketAnswer> => {
      this.historyAsked.push(query);
      return { points: this.points, source: '1h' };
    },
    measured: async ({ series }: MeasuredQuery): Promise<Received> => ({ series, batches: noBatches() }),
    series: async (devices: readonly DeviceId[]): Promise<readonly SeriesName[]> =>
      devices.flatMap((device) => this.propertiesOf(device).map((property) => ({ device, property }))),
    extent: async (): Promise<Extent | null> => null,
    status: async (): Promise<HistoryStatus> => ({
      bytes: 1,
      days: 2,
      unsortedDays: 1,
      daysWithoutRollups: 0,
      series: 3,
      oldest: start,
      newest: null,
      isErasing: false,
    }),
    holdings: async (): Promise<Holdings> => this.holdings,
    rebuild: async (): Promise<void> => {},
    compact: async (): Promise<void> => {},
    erase: async (subjects: readonly string[]): Promise<Erasure> => {
      this.erased.push(...subjects);
      return { readings: 5, rollups: 4 };
    },
    heat: async (query: HeatQuery): Promise<HeatAnswer> => {
      this.heatAsked.push(query);
      return { rows: query.devices.map((device) => ({ device, points: this.points })), source: '1h' };
    },
  };
  holdings: Holdings = { properties: [], freeBytes: 0 };
  care: HistoryCare = {
    engine: 'duckdb',
    behind: null,
    outbox: null,
    wentBack: null,
    rejected: 0,
    trouble: null,
    disk: null,
    lastRetention: null,
  };
  historyCare = () => this.care;
  grafanaUrl: string | null = null;
  subscribe = (listener: (event: LiveEvent) => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly wakers = new Set<() => void>();
  whenFed = (waker: () => void) => {
    this.wakers.add(waker);
    return () => this.wakers.delete(waker);
  };
  whenHappened = this.whenFed;
  fed(): void {
    for (const waker of this.wakers) waker();
  }
  tell(event: LiveEvent): void {
    for (const listener of this.listeners) listener(event);
  }
  readonly delivered: Parameters<ApiPlatform['deliver']>[0][] = [];
  /** What a delivery waits for, or fails with. */
  delivering: () => Promise<void> = async () => {};
  deliver: ApiPlatform['deliver'] = async (delivery) => {
    await this.delivering();
    this.delivered.push(delivery);
  };
  devicePorts = () => ({ mqtt: 1883, mqttWs: 8083, mqtts: null });
  grantReplay = async () => ({ username: 'replay', password: 'granted', mqttPort: 1883 });
  health = () => ({ ready: this.isReady, checks: { inbox: { ok: this.isReady, detail: 'position 1' } } });
}

async function* noBatches(): AsyncGenerator<never> {}

/** Every route that is there, `METHOD /url`. */
export function routesOf(app: FastifyInstance): readonly string[] {
  const paths = (app.swagger() as { paths: Record<string, Record<string, unknown>> }).paths;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  );
}

export interface RunningApi extends AsyncDisposable {
  readonly app: FastifyInstance;
  readonly platform: PlatformStandIn;
  readonly engine: EngineStandIn;
  readonly writer: OpsWriter;
  readonly reader: OpsReader;
  /** The file of the ops store. */
  readonly opsPath: string;
  readonly configuration: ConfigurationCache;
  /** Everything that was logged, at every level. */
  readonly logged: () => string;
  /** A wall clock that stands until it is set. */
  readonly wall: { at: EpochMs };
  /** A session of this account. */
  signIn(account: string): string;
  call(account: string | null, request: InjectOptions): Promise<LightMyRequestResponse>;
  get(account: string, url: string): Promise<LightMyRequestResponse>;
  send(
    account: string,
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    body?: unknown,
  ): Promise<LightMyRequestResponse>;
  /** In one transaction. */
  write(change: (writer: OpsWriter) => void): void;
}

/** The API on a real ops store that holds the sample community and its accounts. */
export async function runningApi(
  options: Partial<ApiOptions> & { readonly isEmpty?: boolean; readonly clock?: ClockKind } = {},
): Promise<RunningApi> {
  const store = await disposableStore();
  const { writer, reader } = store;
  const wall = { at: start };
  const engine = new EngineStandIn(writer, () => wall.at);
  const platform = new PlatformStandIn(engine);
  const configuration = new ConfigurationCache(reader);
  const lines: string[] = [];
  const log: Logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const { isEmpty, clock = 'system', ...rest } = options;
  platform.clock = clock;
  const app = await createApi({
    platform,
    reader,
    configuration,
    log,
    wallClock: { now: () => wall.at },
    ...rest,
  });
  await app.ready();
  const write = (change: (writer: OpsWriter) => void): void => {
    writer.begin();
    change(writer);
    writer.commit();
  };
  write(() => {
    writer.applyChange(
      { op: 'put', resource: 'account', id: 'admin', body: { id: 'admin', role: 'admin' } },
      start,
    );
  });
  const tokens = new Map<string, string>();
  const signIn = (account: string): string => {
    const known = tokens.get(account);
    if (known) return known;
    const token = newSecret();
    write(() => writer.openSession(hashSecret(token), account, plus(wall.at, 12 * hour), wall.at));
    tokens.set(account, token);
    return token;
  };
  const call = (account: string | null, request: InjectOptions): Promise<LightMyRequestResponse> =>
    app.inject({
      ...request,
      headers: {
        ...request.headers,
        ...(account === null ? {} : { authorization: `Bearer ${signIn(account)}` }),
      },
    });
  const api: RunningApi = {
    app,
    platform,
    engine,
    writer,
    reader,
    opsPath: store.path,
    configuration,
    logged: () => lines.join(''),
    wall,
    signIn,
    call,
    get: (account, url) => call(account, { method: 'GET', url: `/api/v1${url}` }),
    send: (account, method, url, body) =>
      call(account, {
        method,
        url: `/api/v1${url}`,
        ...(body === undefined ? {} : { payload: body as object }),
      }),
    write,
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await store[Symbol.asyncDispose]();
    },
  };
  if (!isEmpty) {
    const answer = await call('admin', {
      method: 'POST',
      url: '/api/v1/import',
      headers: { 'content-type': 'text/yaml' },
      payload: sampleCommunity,
    });
    if (answer.statusCode !== 200) throw new Error(answer.body);
  }
  return api;
}
