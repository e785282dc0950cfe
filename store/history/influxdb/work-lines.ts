import { createHash } from 'node:crypto';
import { Point } from '@influxdata/influxdb-client';
import type { EpochMs } from '#model/brand.ts';
import { type Placement, tag } from '#store/history/influxdb/lines.ts';

interface Row {
  /** The alarm's or the task's. */
  readonly id: string;
  /** Tells apart what happened to one of them in the same millisecond; the same when it is told again. */
  readonly step: string;
  readonly at: EpochMs;
  /** Where it is; no device and no kind. */
  readonly placement: Placement;
  readonly category: string;
  /** Since it was raised, or created. */
  readonly seconds: number;
}

/** Something that happened to an alarm. */
export interface AlarmRow extends Row {
  readonly measurement: 'alarms';
  readonly rule: string;
  readonly severity: string;
  readonly kind: 'raised' | 'cleared' | 'acknowledged' | 'disposed';
  /** Whether it stands after that. */
  readonly isActive: boolean;
}

/** An entry in the history of a task. */
export interface TaskRow extends Row {
  readonly measurement: 'tasks';
  readonly action: string;
  /** After it. */
  readonly state: string;
  /** Whether it led from one state into another: most notes do not. */
  readonly isEntry: boolean;
  readonly isOpen: boolean;
  /** Whether it came after the time until which it should have. */
  readonly isOverdue: boolean;
}

/** For the boards (docs/grafana.md). Ids only: no person, no resident, no name, no words. */
export type WorkRow = AlarmRow | TaskRow;

/**
 * As line protocol, times in ns: two alarms of one rule and place in the same millisecond are of one series, and are told apart by what
 * is below the millisecond. The same row told again overwrites itself.
 */
export function workLine(row: WorkRow): string {
  const { at, category, id, measurement, placement, seconds, step } = row;
  const { building, community, grid, place } = placement;
  const below = createHash('sha256').update(`${id}\n${step}`).digest().readUInt32BE() % 1_000_000;
  const point = new Point(measurement)
    .timestamp(String(BigInt(Math.floor(at)) * 1_000_000n + BigInt(below)))
    .stringField('id', id)
    .floatField('seconds', seconds);
  const where = { community, place, building, grid, category };
  if (row.measurement === 'alarms') {
    tag(point, { ...where, rule: row.rule, severity: row.severity, kind: row.kind });
    point.intField('active', Number(row.isActive));
  } else {
    tag(point, { ...where, state: row.state, action: row.action });
    point
      .intField('open', Number(row.isOpen))
      .intField('entered', Number(row.isEntry))
      .booleanField('overdue', row.isOverdue);
  }
  return point.toLineProtocol() ?? '';
}
