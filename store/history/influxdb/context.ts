import { Point } from '@influxdata/influxdb-client';
import type { Position } from '#model/brand.ts';
import type { ContextChange, ContextQuery } from '#store/history/history.ts';
import { tag } from '#store/history/influxdb/lines.ts';
import { during, isTag, rowsOf, timeOf } from '#store/history/influxdb/select.ts';
import type { InfluxServer } from '#store/history/influxdb/server.ts';

/** Changes of one append that may share a millisecond and a subject. */
const mostTogether = 64;

/**
 * A change as line protocol, times in ns: what came in the same millisecond is told apart by the place of its record, so that none
 * overwrites another and a repetition overwrites itself.
 */
export function contextLine(change: ContextChange & { readonly position: Position }, index: number): string {
  const { at, kind, position, state, subject } = change;
  const place = (position * mostTogether + (index % mostTogether)) % 1_000_000;
  const ns = BigInt(Math.floor(at)) * 1_000_000n + BigInt(place);
  const point = new Point('context')
    .timestamp(String(ns))
    .stringField('state', state)
    .intField('p', position);
  tag(point, { kind, subject });
  return point.intField('i', index).toLineProtocol() ?? '';
}

export async function readContext(
  server: InfluxServer,
  query: ContextQuery,
): Promise<readonly ContextChange[]> {
  const kind = query.kind === undefined ? '' : ` AND ${isTag('kind', query.kind)}`;
  const [tables = []] = await server.query([
    `SELECT state, p, i, kind, subject FROM context WHERE ${during(query)}${kind}`,
  ]);
  const rows = tables.flatMap((table) =>
    [...rowsOf(table)].map((cell) => ({
      order: [timeOf(cell), Number(cell('p')), Number(cell('i'))] as const,
      change: {
        at: timeOf(cell),
        kind: cell('kind') === 'presence' ? ('presence' as const) : ('mode' as const),
        subject: String(cell('subject') ?? ''),
        state: String(cell('state')),
      },
    })),
  );
  return rows
    .toSorted((a, b) => a.order[0] - b.order[0] || a.order[1] - b.order[1] || a.order[2] - b.order[2])
    .map(({ change }) => change);
}
