import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type Format, formatOf, mediaTypes } from '#api/report/format.ts';
import { policyFor } from '#api/report/html.ts';
import type { Report } from '#api/report/report.ts';
import { reportCsv, reportWorkbook } from '#api/report/report-files.ts';
import { reportText } from '#api/report/report-message.ts';
import { reportPage } from '#api/report/report-page.ts';
import { Report as ReportSchema } from '#api/report/report-schema.ts';
import { reportStyle } from '#api/report/report-style.ts';
import { type Language, languageOf } from '#api/views/task-view.ts';

/** What a report may be answered as, for the documentation. */
export const reportAnswer = {
  description: 'A report: JSON, or by `format` or Accept a page that prints well, CSV or Excel',
  content: {
    [mediaTypes.json]: { schema: ReportSchema },
    [mediaTypes.html]: { schema: Type.String() },
    [mediaTypes.csv]: { schema: Type.String() },
    [mediaTypes.text]: { schema: Type.String() },
    [mediaTypes.xlsx]: { schema: Type.String({ format: 'binary' }) },
  },
};

export interface Wanted {
  readonly format?: Format;
  readonly lang?: Language;
}

/** In which format and language a request wants its report; throws `invalid-input` for one that there is not. */
export const wantedOf = (request: FastifyRequest, query: Wanted) => ({
  format: formatOf(query, request.headers),
  language: query.lang ?? languageOf(request.headers),
});

/** Sends a report as what was wanted. `name`: of the file. */
export async function sendReport(
  reply: FastifyReply,
  report: Report,
  { format, language, name }: ReturnType<typeof wantedOf> & { readonly name: string },
): Promise<FastifyReply> {
  reply.header('vary', 'Accept, Accept-Language');
  switch (format) {
    case 'json':
      return reply.send(report);
    case 'html':
      return sendPage(reply, reportPage(report, language));
    case 'text':
      return reply
        .type(`${mediaTypes.text}; charset=utf-8`)
        .serializer(String)
        .send(reportText(report, language));
    case 'csv':
      return reply
        .type(`${mediaTypes.csv}; charset=utf-8`)
        .header('content-disposition', `attachment; filename="${name}.csv"`)
        .serializer(String)
        .send(reportCsv(report, language));
    case 'xlsx':
      return reply
        .type(mediaTypes.xlsx)
        .header('content-disposition', `attachment; filename="${name}.xlsx"`)
        .send(await reportWorkbook(report, language));
  }
}

export const sendPage = (reply: FastifyReply, page: string): FastifyReply =>
  reply
    .header('content-security-policy', policyFor(reportStyle))
    .type('text/html; charset=utf-8')
    .serializer(String)
    .send(page);
