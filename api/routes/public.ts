import { Type } from 'typebox';
import { open } from '#api/authorization/access.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { sendPage, wantedOf } from '#api/report/answer.ts';
import { formatFields } from '#api/report/format.ts';
import type { Gathering } from '#api/report/gathering.ts';
import { publicPage } from '#api/report/public-page.ts';
import { PublicReports } from '#api/report/public-report.ts';
import { answers, closed, Instant, nullable } from '#api/schemas.ts';
import { invalidInput } from '#api/validation.ts';
import { GridbellError } from '#model/errors.ts';
import { LocalText } from '#model/text.ts';

const Count = nullable(Type.Integer({ description: 'null: too small, or would tell a small one' }));
const Percent = Type.Number();
const Share = nullable(
  Type.Union([
    Type.Object({ percent: Percent }),
    Type.Object({ atLeast: Percent }),
    Type.Object({ atMost: Percent }),
  ]),
);
const Minutes = nullable(Type.Number());
const PublicReport = Type.Object(
  {
    community: nullable(Type.Union([Type.String(), LocalText])),
    month: Type.String(),
    period: Type.Object({ from: Instant, to: Instant }),
    timezone: Type.String(),
    madeAt: Instant,
    smallest: Type.Integer({ description: 'Counts below this are not told' }),
    reported: Count,
    closed: Count,
    filedRate: Share,
    closeRate: Share,
    inTimeRate: Share,
    medianMinutes: Type.Object({ acceptTime: Minutes, closeTime: Minutes }),
    categories: Type.Array(
      Type.Object({ id: Type.String(), name: LocalText, reported: Count, closed: Count }),
    ),
  },
  { title: 'PublicReport' },
);

/** What everybody may read without an account, where the installation publishes it. */
export function publicRoutes(
  app: Api,
  context: ApiContext,
  { gathering, isPublished }: { readonly gathering: Gathering; readonly isPublished: boolean },
): void {
  const reports = new PublicReports(context, gathering);

  app.get(
    '/public/indicators',
    {
      config: { access: open, rateLimit: { max: 60, timeWindow: 60_000 } },
      schema: {
        tags: ['figures'],
        summary:
          'Anonymous figures of a month that is over, small counts left out; 404 unless `public-indicators` is on',
        querystring: closed({
          month: Type.Optional(
            Type.String({ maxLength: 7, description: 'YYYY-MM; default: the last that is over' }),
          ),
          ...formatFields,
        }),
        response: answers({
          200: {
            description: 'JSON, or by `format` or Accept a page that prints well',
            content: { 'application/json': { schema: PublicReport }, 'text/html': { schema: Type.String() } },
          },
        }),
      },
    },
    async (request, reply) => {
      if (!isPublished) throw new GridbellError('not-found', 'This installation publishes no figures.');
      const { format, language } = wantedOf(request, request.query);
      if (format !== 'json' && format !== 'html')
        throw invalidInput([{ path: 'format', message: 'must be json or html' }]);
      const report = await reports.of(request.query.month);
      return format === 'json' ? reply.send(report) : sendPage(reply, publicPage(report, language));
    },
  );
}
