import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Authenticator } from '#api/authentication/authenticator.ts';
import { own, placesOf } from '#api/authorization/access.ts';
import { observers } from '#api/authorization/role-groups.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { type ExportDesk, type ExportRun, exportStates } from '#api/exports/export-desk.ts';
import { ExportQuery, exportOrder } from '#api/exports/export-order.ts';
import { ClientGone, ExportStream } from '#api/exports/export-stream.ts';
import { exportFormats, mediaTypeOf } from '#api/exports/file-format.ts';
import { noteExport } from '#api/exports/note-export.ts';
import { listOf, pairOf, select, type Wanted } from '#api/exports/selection.ts';
import { sendExport } from '#api/exports/send-export.ts';
import type { Heartbeat } from '#api/routes/stream.ts';
import { Anything, answers, IdParams, Instant, nullable, oneOf, pageOf } from '#api/schemas.ts';
import { languageOf } from '#api/views/task-view.ts';
import type { DeviceId, PlaceId } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { GridbellError, messageOf } from '#model/errors.ts';

export interface ReadingExportOptions {
  readonly authenticator: Authenticator;
  readonly heartbeat: Heartbeat;
  readonly desk: ExportDesk;
}

const Export = Type.Object({
  id: Type.String(),
  state: oneOf(exportStates),
  format: oneOf(exportFormats),
  by: Type.String(),
  series: Type.Integer({ description: 'Properties of devices' }),
  leftOut: Type.Array(Type.Object({ property: Type.String(), devices: Type.Integer() }), {
    description: 'What these devices also said, and the role does not see',
  }),
  startedAt: Instant,
  endedAt: nullable(Instant),
  rows: Type.Integer({ description: 'Written so far' }),
  bytes: Type.Integer(),
  share: Type.Number({ minimum: 0, maximum: 1, description: 'How much of the range is written' }),
  reason: nullable(Type.String({ description: 'Why it is not whole' })),
});

/** Readings of any selection as a file, and how far these are. */
export function readingExportRoutes(
  app: Api,
  context: ApiContext,
  { authenticator, desk, heartbeat }: ReadingExportOptions,
): void {
  const streams = new Set<ExportStream>();
  const tags = ['readings'];
  // Before the server waits for its connections to end.
  app.addHook('preClose', async () => {
    for (const stream of streams)
      stream.breakOff(new GridbellError('not-ready', 'Gridbell is being stopped'));
  });

  app.get(
    '/readings/export',
    {
      config: { access: { roles: observers, scope: placesOf(placesNamed) } },
      schema: {
        tags,
        summary:
          'Readings, or buckets of them, of any devices and properties as a file, streamed; what you may not see is left out and said',
        querystring: ExportQuery,
        produces: Object.values(mediaTypeOf),
        response: answers({ 200: Anything }),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const order = exportOrder(request.query, context.platform.now());
      refuseUnknownPlaces(order.wanted.place, context);
      const language = languageOf(request.headers);
      const selection = await select(order.wanted, { caller, context, language });
      const { format, id } = order;
      const { leftOut, series } = selection;
      const run = desk.begin({ id, caller, format, series: series.length, leftOut });
      const stream = new ExportStream(reply.raw, run);
      // Signed out, another role, other places: it was begun under rights that are gone.
      const stop = heartbeat(() => {
        if (!isStill(caller, authenticator.identify(request)))
          stream.breakOff(new GridbellError('not-authenticated', 'the session is over'));
        stream.beat();
      });
      streams.add(stream);
      try {
        await noteExport({ caller, context, run, selection, range: order });
        await sendExport(reply, { order, selection, run, context, stream });
        desk.end(run, 'done');
      } catch (error) {
        const isGone = error instanceof ClientGone;
        desk.end(run, isGone ? 'cancelled' : 'failed', messageOf(error));
        if (!reply.sent) throw error;
        if (!isGone) request.log.error({ err: error, export: run.id }, 'an export broke off');
      } finally {
        stop();
        streams.delete(stream);
      }
    },
  );

  const access = { roles: observers, scope: own };
  app.get(
    '/exports',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Your exports that run, and the last that ended, newest first; of an admin: everybody’s',
        response: answers({ 200: pageOf(Export) }),
      },
    },
    async (request) => ({ items: desk.of(callerOf(request)).map((run) => exportView(run)), next: null }),
  );

  app.get(
    '/exports/:id',
    {
      config: { access },
      schema: {
        tags,
        summary: 'How far an export of yours is',
        params: IdParams,
        response: answers({ 200: Export }),
      },
    },
    async (request) => {
      const run = desk.find(request.params.id, callerOf(request));
      if (!run) throw new GridbellError('not-found', `There is no export ${request.params.id} of yours.`);
      return exportView(run);
    },
  );
}

/** All places and devices that are named must lie where the caller may look. */
function placesNamed(request: FastifyRequest, { configuration }: ApiContext): readonly PlaceId[] {
  const { device, place, series } = request.query as Wanted;
  const devices = [...listOf(device), ...listOf(series).map((text) => pairOf(text).device)];
  const ofDevices = devices.flatMap((id) => configuration.device(id as DeviceId)?.place ?? []);
  return [...(listOf(place) as PlaceId[]), ...ofDevices];
}

function refuseUnknownPlaces(named: string | undefined, { configuration }: ApiContext): void {
  for (const id of listOf(named))
    if (!configuration.place(id as PlaceId) && configuration.communityId !== id)
      throw new GridbellError('not-found', `There is no place ${id}.`);
}

const isStill = (before: Caller, now: Caller | null): boolean =>
  now !== null && rightsOf(now) === rightsOf(before);
const rightsOf = ({ actor, places, role }: Caller): string =>
  JSON.stringify([actor.kind, actor.id, role, places]);

const exportView = ({ caller, endedAt, startedAt, ...run }: ExportRun) => ({
  id: run.id,
  state: run.state,
  format: run.format,
  by: caller.actor.id,
  series: run.series,
  leftOut: run.leftOut,
  startedAt: iso(startedAt),
  endedAt: endedAt === null ? null : iso(endedAt),
  rows: run.rows,
  bytes: run.bytes,
  share: run.share,
  reason: run.reason,
});
