import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { Authenticator } from '#api/authentication/authenticator.ts';
import { registerAuthorization } from '#api/authorization/authorize.ts';
import { limitWrites } from '#api/authorization/write-limit.ts';
import type { ConfigurationCache } from '#api/configuration-cache.ts';
import { consoleRoutes } from '#api/console/console-routes.ts';
import { acceptCsv, acceptJson, acceptYaml } from '#api/content-types.ts';
import { type Api, ApiContext } from '#api/context.ts';
import { documentationRoutes, registerOpenApi } from '#api/documentation/openapi.ts';
import { ExportDesk } from '#api/exports/export-desk.ts';
import { editorRoutes, mayUpgrade } from '#api/flows/editor-routes.ts';
import { registerHeaders } from '#api/headers.ts';
import { registerHttpMetrics } from '#api/http-metrics.ts';
import type { ApiPlatform, ApiReader } from '#api/ports.ts';
import { registerNotFound, registerProblems, sendFrameworkError } from '#api/problem.ts';
import { Gathering } from '#api/report/gathering.ts';
import { ReportDesk, type ResidentOptions } from '#api/reports/report-desk.ts';
import { alarmRoutes } from '#api/routes/alarms.ts';
import { bulletinRoutes } from '#api/routes/bulletins.ts';
import { careLadderRoutes } from '#api/routes/care-ladder.ts';
import { catalogueRoutes } from '#api/routes/catalogue.ts';
import { categoryRoutes } from '#api/routes/categories.ts';
import { coverageRoutes } from '#api/routes/coverage.ts';
import { deviceCommandRoutes } from '#api/routes/device-commands.ts';
import { deviceRoutes } from '#api/routes/devices.ts';
import { feedRoutes } from '#api/routes/feeds.ts';
import { flowRoutes } from '#api/routes/flows.ts';
import { gatewayRoutes } from '#api/routes/gateways.ts';
import { healthRoutes } from '#api/routes/health.ts';
import { heatRoutes } from '#api/routes/heat.ts';
import { historyRoutes } from '#api/routes/history.ts';
import { importExportRoutes } from '#api/routes/import-export.ts';
import { indicatorRoutes } from '#api/routes/indicators.ts';
import { readingRoutes } from '#api/routes/latest-readings.ts';
import { linkRoutes } from '#api/routes/links.ts';
import { mappingRoutes } from '#api/routes/mappings.ts';
import { modeRoutes } from '#api/routes/modes.ts';
import { operationRoutes } from '#api/routes/operations.ts';
import { outboxRoutes } from '#api/routes/outbox.ts';
import { overviewRoutes } from '#api/routes/overview.ts';
import { personRoutes } from '#api/routes/people.ts';
import { placeRoutes } from '#api/routes/places.ts';
import { postedAlarmRoutes } from '#api/routes/posted-alarms.ts';
import { preferenceRoutes } from '#api/routes/preferences.ts';
import { publicRoutes } from '#api/routes/public.ts';
import { pushRoutes } from '#api/routes/pushes.ts';
import { quarantineRoutes } from '#api/routes/quarantine.ts';
import { readingExportRoutes } from '#api/routes/reading-export.ts';
import { reportRoutes } from '#api/routes/reports.ts';
import { residentRoutes } from '#api/routes/residents.ts';
import { rosterRoutes } from '#api/routes/rosters.ts';
import { ruleBacktestRoutes } from '#api/routes/rule-backtest.ts';
import { ruleFileRoutes } from '#api/routes/rule-files.ts';
import { ruleLanguageRoutes } from '#api/routes/rule-language.ts';
import { ruleTraceRoutes } from '#api/routes/rule-trace.ts';
import { ruleVersionRoutes } from '#api/routes/rule-versions.ts';
import { ruleRoutes } from '#api/routes/rules.ts';
import { sessionRoutes } from '#api/routes/session.ts';
import { silenceRoutes } from '#api/routes/silences.ts';
import { storageRoutes } from '#api/routes/storage.ts';
import { every15Seconds, type Heartbeat, streamRoutes } from '#api/routes/stream.ts';
import { taskListRoutes } from '#api/routes/task-lists.ts';
import { taskPartRoutes } from '#api/routes/task-parts.ts';
import { taskPhotoRoutes } from '#api/routes/task-photos.ts';
import { taskRoutes } from '#api/routes/tasks.ts';
import { tokenRoutes } from '#api/routes/tokens.ts';
import { trackRoutes } from '#api/routes/track.ts';
import { userRoutes } from '#api/routes/users.ts';
import { workloadRoutes } from '#api/routes/workload.ts';
import { RuleShelf } from '#api/rule-shelf.ts';
import { validatorCompiler } from '#api/validation.ts';
import { type Clock, wallClock } from '#model/clock.ts';

export interface ApiOptions {
  readonly platform: ApiPlatform;
  readonly reader: ApiReader;
  /** One for all instances of a process, so that a change that came in by one is seen by the others. */
  readonly configuration: ConfigurationCache;
  readonly log: FastifyBaseLogger;
  /** For sessions; default: the wall clock. */
  readonly wallClock?: Clock;
  /** Every request is the operator's, role admin: only ever for the socket in the data directory. */
  readonly trustedOperator?: boolean;
  /** Addresses of proxies whose X-Forwarded-* headers count; default: none. */
  readonly trustProxy?: boolean | string | string[];
  /** How many changes one account, or one API token of a role other than admin, may make; default: 600, an admin's account ten times that. */
  readonly writesPerMinute?: number;
  /** Whether anybody may read anonymous figures of the months that are over; default: nobody. */
  readonly publicIndicators?: boolean;
  /** What may come in without an account; default: 20 reports an hour of an address, 30 about a building. */
  readonly residents?: ResidentOptions;
  /** What care ladders show from their last rung on; default: 120. */
  readonly emergencyNumber?: string;
  /** Exports of readings; one for all instances of a process. */
  readonly exports?: ExportDesk;
  /** When streams say that they are alive and look whether the session still stands; default: every 15 s. */
  readonly heartbeat?: Heartbeat;
}

const bodyLimit = 1024 * 1024;

/** Nothing logs these on purpose; should a library log a request or an error whole, they are not in it. */
const secretFields = [
  'headers.authorization',
  'headers.cookie',
  'req.headers',
  'res.headers',
  'body',
  'req.body',
  'password',
  'token',
  'err.extra',
] as const;

/** The HTTP API, ready to listen; it does not listen by itself. */
export async function createApi(options: ApiOptions): Promise<FastifyInstance> {
  const context = new ApiContext({ ...options, wallClock: options.wallClock ?? wallClock });
  const authenticator = new Authenticator({
    reader: options.reader,
    configuration: options.configuration,
    wallClock: context.wallClock,
    trustedOperator: options.trustedOperator ?? false,
  });

  const app = fastify({
    loggerInstance: options.log.child({}, { redact: { paths: [...secretFields], remove: true } }),
    // Fastify would log the whole URL of every request; whoever watches traffic has the metrics.
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustProxy ?? false,
    bodyLimit,
    requestTimeout: 60_000,
    http: { shouldUpgradeCallback: mayUpgrade },
    frameworkErrors: sendFrameworkError,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 256 },
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.setValidatorCompiler(validatorCompiler);
  // Answers are built field by field; a serializer from the schema would guess at unions.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  registerProblems(app);
  registerHeaders(app, options.platform.clock);
  registerHttpMetrics(app, options.platform.metrics);
  await app.register(cookie);
  // A socket file has no addresses.
  await app.register(rateLimit, { global: false, keyGenerator: ({ ip }) => ip || 'socket' });
  registerAuthorization(app, context, authenticator);
  // After it, so that what is refused anyway counts for nothing.
  limitWrites(app, options.writesPerMinute ?? 600);
  await registerOpenApi(app);
  acceptJson(app);
  acceptYaml(app);
  acceptCsv(app);

  healthRoutes(app, context);
  documentationRoutes(app);
  registerNotFound(app, await consoleRoutes(app));
  const heartbeat = options.heartbeat ?? every15Seconds;
  const editor = await editorRoutes(app, context, { authenticator, heartbeat });
  await app.register(
    async (scope) => {
      const api: Api = scope.withTypeProvider<TypeBoxTypeProvider>();
      const streams = streamRoutes(api, context, {
        authenticator,
        heartbeat,
      });
      sessionRoutes(api, context, {
        authenticator,
        onSignedOut: () => {
          streams.lookAgain();
          editor.lookAgain();
        },
      });
      importExportRoutes(api, context);
      placeRoutes(api, context);
      personRoutes(api, context);
      residentRoutes(api, context);
      rosterRoutes(api, context);
      userRoutes(api, context);
      deviceRoutes(api, context);
      gatewayRoutes(api, context);
      deviceCommandRoutes(api, context);
      pushRoutes(api, context);
      readingRoutes(api, context);
      feedRoutes(api, context);
      heatRoutes(api, context);
      readingExportRoutes(api, context, {
        authenticator,
        heartbeat,
        desk: options.exports ?? new ExportDesk(context.wallClock),
      });
      historyRoutes(api, context);
      storageRoutes(api, context);
      categoryRoutes(api, context);
      mappingRoutes(api, context);
      modeRoutes(api, context);
      catalogueRoutes(api);
      coverageRoutes(api, context);
      overviewRoutes(api, context);
      alarmRoutes(api, context);
      postedAlarmRoutes(api, context);
      bulletinRoutes(api, context);
      taskListRoutes(api, context);
      taskRoutes(api, context);
      taskPartRoutes(api, context);
      const desk = new ReportDesk(
        context,
        options.residents ?? { reportsOfAddress: 20, reportsAboutPlace: 30 },
      );
      reportRoutes(api, context, desk);
      trackRoutes(api, context, desk);
      taskPhotoRoutes(api, context, desk);
      careLadderRoutes(api, context);
      const shelf = new RuleShelf(context);
      ruleRoutes(api, context, shelf);
      ruleFileRoutes(api, context, shelf);
      ruleVersionRoutes(api, context);
      ruleTraceRoutes(api, context, shelf);
      ruleBacktestRoutes(api, context, shelf);
      ruleLanguageRoutes(api);
      const gathering = new Gathering(context);
      indicatorRoutes(api, context, { gathering, shelf });
      workloadRoutes(api, context, { gathering });
      publicRoutes(api, context, { gathering, isPublished: options.publicIndicators ?? false });
      quarantineRoutes(api, context);
      tokenRoutes(api, context);
      operationRoutes(api, context);
      silenceRoutes(api, context);
      preferenceRoutes(api, context);
      outboxRoutes(api, context);
      flowRoutes(api, context);
      await api.register(async (links) => linkRoutes(links.withTypeProvider<TypeBoxTypeProvider>(), context));
    },
    { prefix: '/api/v1' },
  );
  return app;
}
