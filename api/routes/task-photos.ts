import { Type } from 'typebox';
import { workers } from '#api/authorization/role-groups.ts';
import { taskScope } from '#api/authorization/task-concern.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { acceptPhotos, sendPhoto } from '#api/photos/photo-bodies.ts';
import { similarTo } from '#api/reports/entering.ts';
import type { ReportDesk } from '#api/reports/report-desk.ts';
import { answers, closed, Id, IdParams, Instant, nullable, oneOf, pageOf } from '#api/schemas.ts';
import { maySeeReport } from '#api/views/report-view.ts';
import { readerOf, TaskSchema, taskView } from '#api/views/task-view.ts';
import { iso } from '#model/clock.ts';
import { GridbellError } from '#model/errors.ts';
import { mostPhotoBytes, photoIdPattern, photoKinds } from '#model/photo.ts';

const Photo = Type.Object({
  id: Type.String(),
  kind: oneOf(photoKinds),
  at: Instant,
  by: nullable(Type.String({ description: 'null: the resident' })),
});

/** Photos of a task, and what is perhaps the same: for who may see it. */
export function taskPhotoRoutes(app: Api, context: ApiContext, desk: ReportDesk): void {
  const tags = ['tasks'];
  const { reader } = context;

  app.get(
    '/tasks/:id/photos',
    {
      config: { access: { roles: 'signed-in', scope: taskScope } },
      schema: {
        tags,
        summary: 'The photos of a task, oldest first',
        params: IdParams,
        response: answers({ 200: pageOf(Photo) }),
      },
    },
    async (request) => {
      const task = context.task(request.params.id);
      const photos = maySeeReport(task, callerOf(request)) ? reader.reports.photosOf(task.id) : [];
      return { items: photos.map(({ at, by, id, kind }) => ({ id, kind, by, at: iso(at) })), next: null };
    },
  );

  app.get(
    '/tasks/:id/photos/:photo',
    {
      config: { access: { roles: 'signed-in', scope: taskScope } },
      schema: {
        tags,
        summary: 'A photo, as JPEG',
        params: closed({ id: Id, photo: Type.String({ pattern: photoIdPattern }) }),
        response: answers({ 200: Type.Unknown({ description: 'image/jpeg' }) }),
      },
    },
    async (request, reply) => {
      const task = context.task(request.params.id);
      const photo = reader.reports.photo(request.params.photo);
      const isSeen = photo?.task === task.id && maySeeReport(task, callerOf(request));
      const picture = isSeen ? await context.platform.photos.read(photo.id) : undefined;
      if (!picture) throw new GridbellError('not-found', 'There is no such photo of this task.');
      return sendPhoto(reply, picture);
    },
  );

  app.get(
    '/tasks/:id/similar',
    {
      config: { access: { roles: 'signed-in', scope: taskScope } },
      schema: {
        tags,
        summary: 'Other open tasks of its category in the same building that you may see: perhaps the same',
        params: IdParams,
        response: answers({ 200: pageOf(TaskSchema) }),
      },
    },
    async (request) => {
      const ids = similarTo(context.task(request.params.id), { caller: callerOf(request), context, desk });
      const tasks = ids.flatMap((id) => reader.task(id) ?? []);
      return { items: tasks.map((task) => taskView(task, readerOf(request), context)), next: null };
    },
  );

  void app.register(async (scope: Api) => {
    acceptPhotos(scope);
    scope.post(
      '/tasks/:id/evidence',
      {
        bodyLimit: mostPhotoBytes,
        config: { access: { roles: workers, scope: taskScope } },
        schema: {
          tags,
          summary: 'Add a photo of the work (the body, JPEG, PNG or WebP); the version of the task rises',
          params: IdParams,
          querystring: closed({ comment: Type.Optional(Type.String({ maxLength: 2_000 })) }),
          response: answers({ 201: TaskSchema }),
        },
      },
      async (request, reply) => {
        const { id } = context.task(request.params.id);
        const { comment } = request.query;
        const photo = await desk.keepPhoto(request.body);
        await context.execute(callerOf(request), {
          name: 'add-evidence',
          task: id,
          photos: [photo],
          ...(comment === undefined ? {} : { comment }),
        });
        return reply.code(201).send(taskView(context.task(id), readerOf(request), context));
      },
    );
  });
}
