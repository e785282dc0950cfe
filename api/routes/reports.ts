import { Type } from 'typebox';
import { filtered, open, visiblePlaces } from '#api/authorization/access.ts';
import { managers } from '#api/authorization/role-groups.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { acceptPhotos } from '#api/photos/photo-bodies.ts';
import { asToldTo, categoryOf, placeOf, similarTo, staffOf } from '#api/reports/entering.ts';
import { ReportForm, reportForm } from '#api/reports/form.ts';
import { Progress, progressOf } from '#api/reports/progress.ts';
import { addressOf, type ReportDesk } from '#api/reports/report-desk.ts';
import { answers, closed, Id, oneOf, pageFields, pageOf, pageRequest } from '#api/schemas.ts';
import { PlacePath, placePath } from '#api/views/names.ts';
import { languageOf, readerOf } from '#api/views/task-view.ts';
import { GridbellError } from '#model/errors.ts';
import { mostPhotoBytes, mostReportPhotos, photoIdPattern } from '#model/photo.ts';
import { mostReportWords, type NewReport, reportChannels } from '#model/report.ts';

const Reported = Type.Object({
  code: Type.String({ description: 'The tracking code; it is told once and kept nowhere' }),
  progress: Progress,
  task: Type.Optional(Type.String({ description: 'For staff only' })),
  similar: Type.Optional(
    Type.Array(Type.String(), { description: 'For staff: open tasks of the place and category' }),
  ),
});

/** What comes in without an account, or for somebody who has none. */
export function reportRoutes(app: Api, context: ApiContext, desk: ReportDesk): void {
  const tags = ['reports'];

  app.get(
    '/reports/form',
    {
      config: { access: open },
      schema: {
        tags,
        summary: 'What the page for reporting needs: the place of a label, what can be chosen',
        querystring: closed({ place: Type.Optional(Id) }),
        response: answers({ 200: ReportForm }),
      },
    },
    async (request) => {
      desk.limits.look(addressOf(request));
      return reportForm(request.query.place, context, desk);
    },
  );

  void app.register(async (scope: Api) => {
    acceptPhotos(scope);
    scope.post(
      '/reports/photos',
      {
        bodyLimit: mostPhotoBytes,
        config: { access: open },
        schema: {
          tags,
          summary: 'Keep a photo (the body, JPEG, PNG or WebP) for a report that follows within the hour',
          response: answers({ 201: Type.Object({ id: Type.String() }) }),
        },
      },
      async (request, reply) => {
        if (!request.caller) desk.limits.photo(addressOf(request));
        return reply.code(201).send({ id: await desk.keepPhoto(request.body) });
      },
    );
  });

  app.post(
    '/reports',
    {
      config: { access: open },
      schema: {
        tags,
        summary: 'Report what is wrong; answers the tracking code. With a channel: by staff, for a resident',
        body: closed({
          category: Type.String({ pattern: '^[a-z0-9-]{1,64}$' }),
          place: Type.String({
            minLength: 1,
            maxLength: 200,
            description: 'Id of a place, or the code of its label',
          }),
          words: Type.String({ minLength: 1, maxLength: mostReportWords }),
          phone: Type.Optional(Type.String({ pattern: '^[0-9+() -]{3,40}$', maxLength: 40 })),
          photos: Type.Optional(
            Type.Array(Type.String({ pattern: photoIdPattern }), {
              maxItems: mostReportPhotos,
              uniqueItems: true,
            }),
          ),
          language: Type.Optional(oneOf(['zh', 'en'])),
          channel: Type.Optional(oneOf(reportChannels)),
          key: Type.Optional(
            Type.String({
              pattern: '^[A-Za-z0-9_-]{16,64}$',
              description:
                'The client’s own: the same again answers the same code instead of a second report',
            }),
          ),
        }),
        response: answers({ 201: Reported }),
      },
    },
    async (request, reply) => {
      const { body } = request;
      const words = body.words.trim();
      if (words === '')
        throw new GridbellError('invalid-input', 'words must say something.', {
          extra: { issues: [{ path: 'words', message: 'must say something' }] },
        });
      const place = placeOf(body.place, context, desk);
      const staff = staffOf(request.caller, body.channel, place, context);
      const address = addressOf(request);
      const code = desk.codes.make(body.key);
      const report: NewReport = {
        codeHash: desk.codes.hash(code),
        category: categoryOf(body.category, context),
        place,
        words,
        language: body.language ?? languageOf(request.headers),
        channel: body.channel ?? 'web',
        photos: body.photos ?? [],
        ...(body.phone === undefined ? {} : { contact: body.phone.trim() }),
      };
      if (!staff) desk.limits.report(address, desk.buildingOf(place));
      await desk.keepPhotosFresh(report.photos);
      const command = { name: 'create-report', report } as const;
      try {
        await (staff ? context.execute(staff, command) : desk.execute(command));
      } catch (error) {
        throw asToldTo(error, { report, context, staff: staff && readerOf(request) });
      }
      const entry = context.reader.reports.byCode(report.codeHash);
      const task = entry && context.reader.task(entry.task);
      if (!task) throw new GridbellError('internal', 'The engine took the report and there is no task.');
      const forStaff = staff
        ? { task: task.id, similar: [...similarTo(task, { caller: staff, context, desk })] }
        : {};
      return reply
        .code(201)
        .header('location', `/api/v1/track/${code}`)
        .send({ code, progress: progressOf(task), ...forStaff });
    },
  );

  app.get(
    '/reports/place-codes',
    {
      config: { access: { roles: managers, scope: filtered } },
      schema: {
        tags,
        summary: 'The codes of places in your places, to be printed as labels; by id',
        querystring: closed({ ...pageFields, place: Type.Optional(Id) }),
        response: answers({
          200: pageOf(
            Type.Object({ place: Type.String(), kind: Type.String(), path: PlacePath, code: Type.String() }),
          ),
        }),
      },
    },
    async (request) => {
      const { configuration } = context;
      const visible = visiblePlaces(callerOf(request), request.query.place, context);
      const seen = visible && new Set<string>(visible);
      const { cursor, limit } = pageRequest(request.query);
      const all = [...configuration.places()]
        .filter(({ id }) => (seen === undefined || seen.has(id)) && (cursor === undefined || id > cursor))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      const page = all.slice(0, limit);
      return {
        items: page.map(({ id, kind }) => ({
          place: id,
          kind,
          path: placePath(configuration, id),
          code: desk.places.of(id),
        })),
        next: all.length > limit ? (page.at(-1)?.id ?? null) : null,
      };
    },
  );
}
