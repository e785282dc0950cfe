import type { FastifyReply } from 'fastify';
import type { ApiContext } from '#api/context.ts';
import { bucketRows } from '#api/exports/bucket-rows.ts';
import type { ExportRun } from '#api/exports/export-desk.ts';
import type { ExportOrder } from '#api/exports/export-order.ts';
import type { ExportStream } from '#api/exports/export-stream.ts';
import { mediaTypeOf } from '#api/exports/file-format.ts';
import { fileWriter } from '#api/exports/file-writer.ts';
import { type Portion, readingRows } from '#api/exports/reading-rows.ts';
import type { LeftOut, Selection } from '#api/exports/selection.ts';
import { iso } from '#model/clock.ts';

/** What the file holds. */
function portionsOf(order: ExportOrder, selection: Selection, context: ApiContext): AsyncGenerator<Portion> {
  const { buckets, from, to } = order;
  const { history } = context.platform;
  if (buckets === null) return readingRows(history, selection, { from, to, now: context.platform.now() });
  const { everyMs, fn } = buckets;
  return bucketRows(history, selection, { from, to, everyMs, fn, timezone: context.configuration.timezone });
}

/**
 * Answers with the file. A question that history refuses rejects before anything is answered; whatever fails later breaks the
 * connection off and rejects as well.
 */
export async function sendExport(
  reply: FastifyReply,
  parts: {
    readonly order: ExportOrder;
    readonly selection: Selection;
    readonly run: ExportRun;
    readonly context: ApiContext;
    readonly stream: ExportStream;
  },
): Promise<void> {
  const { context, order, run, selection, stream } = parts;
  const portions = portionsOf(order, selection, context);
  const first = await portions.next();
  const { timezone } = context.configuration;
  const writer = fileWriter(order.format, { buckets: order.buckets, timezone });
  begin(reply, run);
  await stream.send(resumed(first, portions), writer);
}

/** Written past Fastify from here on. */
function begin(reply: FastifyReply, run: ExportRun): void {
  const headers = reply.getHeaders();
  reply.hijack();
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) reply.raw.setHeader(name, value);
  const name = `gridbell-readings-${iso(run.startedAt).slice(0, 10)}.${run.format}`;
  reply.raw.writeHead(200, {
    'content-type': mediaTypeOf[run.format],
    'content-disposition': `attachment; filename="${name}"`,
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'gridbell-export': run.id,
    'gridbell-left-out': leftOutHeader(run.leftOut),
  });
}

/** A header has bounds; GET /exports/{id} names all. */
const mostNamed = 50;

/** A list of RFC 8941: `heart-rate;devices=2`. */
const leftOutHeader = (leftOut: readonly LeftOut[]): string =>
  leftOut
    .slice(0, mostNamed)
    .map(({ devices, property }) => `${encodeURIComponent(property)};devices=${devices}`)
    .join(', ');

async function* resumed<T>(first: IteratorResult<T>, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}
