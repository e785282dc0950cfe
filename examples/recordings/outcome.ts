import { setTimeout as delay } from 'node:timers/promises';
import { call, listAll, type OperatorClient } from '#cli/operator.ts';
import type { RecordingMap } from '#device-sim/replay/map-schema.ts';

export interface Point {
  /** ISO 8601. */
  readonly at: string;
  readonly value: unknown;
}

export interface Alarm {
  readonly rule: string;
  readonly device: string;
  readonly severity: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly clearedAt: string | null;
}

/** What a running platform holds after a replay. */
export interface Outcome {
  /** By `device property`, for everything that the map gives its devices; in order of time. */
  readonly readings: ReadonlyMap<string, readonly Point[]>;
  readonly quarantined: number;
  readonly tasks: number;
  /** By start, then rule and device. */
  readonly alarms: readonly Alarm[];
}

/** Waits until history has all that was acknowledged, then asks for it. */
export async function outcomeOf(operator: OperatorClient, map: RecordingMap): Promise<Outcome> {
  await untilHistoryIsComplete(operator);
  const readings = new Map<string, readonly Point[]>();
  for (const { id, properties, constants } of map.devices)
    for (const property of Object.keys({ ...properties, ...constants }))
      if (!readings.has(`${id} ${property}`))
        readings.set(`${id} ${property}`, await readingsOf(operator, id, property));
  const alarms = (await listAll(operator, '/api/v1/alarms?limit=1000')) as readonly Alarm[];
  return {
    readings,
    quarantined: (await listAll(operator, '/api/v1/quarantine?limit=1000')).length,
    tasks: (await listAll(operator, '/api/v1/tasks?limit=1000')).length,
    alarms: alarms.toSorted((one, other) => (alarmLine(one) < alarmLine(other) ? -1 : 1)),
  };
}

/** An alarm on one line, as expected.json has it: from, to (`standing`), severity, rule, device. */
export const alarmLine = ({ startedAt, clearedAt, severity, rule, device }: Alarm): string =>
  `${startedAt} ${clearedAt ?? 'standing'} ${severity} ${rule} ${device}`;

/** History follows the alarms at its own speed; when nothing more comes in, its backlog stands still. */
async function untilHistoryIsComplete(operator: OperatorClient): Promise<void> {
  for (let before: string | undefined; ; ) {
    const metrics = String(await call(operator, 'GET', '/metrics'));
    const backlog = /^gridbell_history_backlog_batches (\d+)$/m.exec(metrics)?.[1];
    if (backlog === '0' || backlog === before) return;
    before = backlog;
    await delay(2_000);
  }
}

async function readingsOf(operator: OperatorClient, device: string, property: string): Promise<Point[]> {
  const points: Point[] = [];
  const path = `/api/v1/devices/${device}/readings?property=${property}&limit=100000`;
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = (await call(
      operator,
      'GET',
      cursor === '' ? path : `${path}&cursor=${encodeURIComponent(cursor)}`,
    )) as { points: Point[]; next: string | null };
    points.push(...page.points);
    cursor = page.next;
  }
  return points;
}
