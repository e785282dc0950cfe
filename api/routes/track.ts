import { Type } from 'typebox';
import { open } from '#api/authorization/access.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { sendPhoto } from '#api/photos/photo-bodies.ts';
import { Progress, progressOf } from '#api/reports/progress.ts';
import { addressOf, type ReportDesk } from '#api/reports/report-desk.ts';
import { answers, closed, Instant, nullable } from '#api/schemas.ts';
import { PlacePath, placePath } from '#api/views/names.ts';
import { languageOf } from '#api/views/task-view.ts';
import { iso } from '#model/clock.ts';
import { GridbellError } from '#model/errors.ts';
import { photoIdPattern } from '#model/photo.ts';
import { mostReopenings } from '#model/report.ts';
import type { Task } from '#model/task.ts';
import { inLanguage, LocalText } from '#model/text.ts';
import { isDone } from '#tasks/transitions.ts';
import { mayRate, reopenUntil, standingRating, whereItGoesOn } from '#tasks/verdicts.ts';

const Tracked = Type.Object(
  {
    ...Progress.properties,
    summary: Type.String({ description: '`text` in the language of Accept-Language' }),
    reportedAt: Instant,
    category: Type.Object({ id: Type.String(), name: LocalText }),
    place: PlacePath,
    words: Type.String(),
    photos: Type.Array(Type.String(), { description: 'Of the report: /track/{code}/photos/{photo}' }),
    mayEvaluate: Type.Boolean(),
    rating: nullable(Type.Object({ rating: Type.Integer(), words: nullable(Type.String()) })),
    mayReopenUntil: nullable(Instant),
  },
  { title: 'Tracked' },
);
const Code = Type.String({ minLength: 1, maxLength: 40 });
const CodeParams = closed({ code: Code });
const Words = Type.String({ minLength: 1, maxLength: 1_000 });

/** Progress, rating and reopening for whoever has the tracking code: no account, no names. */
export function trackRoutes(app: Api, context: ApiContext, desk: ReportDesk): void {
  const tags = ['reports'];
  const { reader } = context;

  const trackedView = (task: Task, language: 'zh' | 'en') => {
    const { configuration, platform } = context;
    const { report } = task;
    if (!report) throw new GridbellError('internal', 'A tracking code leads to a task that nobody reported.');
    const { id, name } = configuration.category(task.category);
    // Where it goes on when it was merged into another: what is done there is done for this resident, too.
    const work = whereItGoesOn(task, (id) => reader.task(id));
    const until = reopenUntil(work, configuration);
    const mayReopen = isDone(work.state) && report.reopened < mostReopenings && platform.now() <= until;
    const progress = progressOf(work);
    const rating = standingRating(report, work);
    return {
      ...progress,
      summary: inLanguage(progress.text, language),
      reportedAt: iso(task.createdAt),
      category: { id, name },
      place: placePath(configuration, task.place),
      words: report.words,
      photos: reader.reports
        .photosOf(task.id)
        .filter(({ kind }) => kind === 'report')
        .map((photo) => photo.id),
      mayEvaluate: mayRate(task, work),
      rating: rating && { rating: rating.rating, words: rating.words },
      mayReopenUntil: mayReopen ? iso(until) : null,
    };
  };
  const again = (task: Task): Task => reader.task(task.id) ?? task;

  app.get(
    '/track/:code',
    {
      config: { access: open },
      schema: {
        tags,
        summary: 'How far a report is, in plain words',
        params: CodeParams,
        response: answers({ 200: Tracked }),
      },
    },
    async (request) =>
      trackedView(desk.tracked(request.params.code, request).task, languageOf(request.headers)),
  );

  app.get(
    '/track/:code/photos/:photo',
    {
      config: { access: open },
      schema: {
        tags,
        summary: 'A photo of the report itself, as JPEG',
        params: closed({ code: Code, photo: Type.String({ pattern: photoIdPattern }) }),
        response: answers({ 200: Type.Unknown({ description: 'image/jpeg' }) }),
      },
    },
    async (request, reply) => {
      const { task } = desk.tracked(request.params.code, request);
      const photo = reader.reports.photo(request.params.photo);
      const isOwn = photo?.task === task.id && photo.kind === 'report';
      const picture = isOwn ? await context.platform.photos.read(photo.id) : undefined;
      if (!picture) throw new GridbellError('not-found', 'There is no such photo in this report.');
      return sendPhoto(reply, picture);
    },
  );

  app.post(
    '/track/:code/evaluate',
    {
      config: { access: open },
      schema: {
        tags,
        summary: 'Rate the work, once after it was closed; 1 or 2 of 5 sends somebody to ask',
        params: CodeParams,
        body: closed({ rating: Type.Integer({ minimum: 1, maximum: 5 }), words: Type.Optional(Words) }),
        response: answers({ 200: Tracked }),
      },
    },
    async (request) => {
      const { codeHash, task } = desk.tracked(request.params.code, request);
      desk.limits.answer(addressOf(request), codeHash);
      const { rating, words } = request.body;
      await desk.execute({
        name: 'evaluate-report',
        codeHash,
        rating,
        ...(words === undefined ? {} : { words }),
      });
      return trackedView(again(task), languageOf(request.headers));
    },
  );

  app.post(
    '/track/:code/reopen',
    {
      config: { access: open },
      schema: {
        tags,
        summary:
          'Say that it is not done, and why; for 7 days after it was closed, unless its category says otherwise',
        params: CodeParams,
        body: closed({ reason: Words }),
        response: answers({ 200: Tracked }),
      },
    },
    async (request) => {
      const { codeHash, task } = desk.tracked(request.params.code, request);
      desk.limits.answer(addressOf(request), codeHash);
      await desk.execute({ name: 'reopen-report', codeHash, words: request.body.reason });
      return trackedView(again(task), languageOf(request.headers));
    },
  );
}
