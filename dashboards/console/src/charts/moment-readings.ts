import type { ApiClient } from '../api/client.ts';
import { answerOf } from '../api/client.ts';

/** What was said, and when (ms since 1970). */
export interface MomentPoint {
  readonly at: number;
  readonly value: number | boolean | string;
}

/** The readings around a moment and the time that they were looked for in. */
export interface MomentReadings {
  readonly from: number;
  readonly to: number;
  readonly points: readonly MomentPoint[];
  /** They are averages, since there are very many. */
  readonly isAveraged: boolean;
}

export interface MomentQuestion {
  readonly device: string;
  readonly property: string;
  readonly at: number;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

const minuteMs = 60_000;
/** How far to look on either side, until enough is found: a smoke detector speaks once a day, a wristband each second. */
const reachesMs = [30 * minuteMs, 6 * 60 * minuteMs, 3 * 24 * 60 * minuteMs] as const;
const enough = 6;
const mostPoints = 2_000;
const bucketsShown = 300;

/** Reads what a device said of a property around a moment, in a window that is wide enough to see something in it. */
export async function readMoment(api: ApiClient, question: MomentQuestion): Promise<MomentReadings> {
  let found: MomentReadings | undefined;
  // Where looking further finds no more, the closest look is the best.
  for (const range of windowsOf(question)) {
    const seen = await readWindow(api, question, range);
    if (seen.points.length >= enough) return seen;
    if (found === undefined || seen.points.length > found.points.length) found = seen;
  }
  if (!found) throw new Error('no window to look in');
  return found;
}

/** From the narrowest to the widest; only one when its ends are given. */
export function windowsOf({ at, from, to }: MomentQuestion): readonly { from: number; to: number }[] {
  if (from !== undefined && to !== undefined) return [{ from, to }];
  return reachesMs.map((reach) => ({ from: from ?? at - reach, to: to ?? at + reach }));
}

async function readWindow(
  api: ApiClient,
  { device, property }: MomentQuestion,
  { from, to }: { from: number; to: number },
): Promise<MomentReadings> {
  const range = { property, from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  const ask = (more: { limit?: number; every?: string; fn?: 'avg' | 'last' }) =>
    answerOf(
      api.GET('/api/v1/devices/{id}/readings', {
        params: { path: { id: device }, query: { ...range, ...more } },
      }),
    );
  const raw = await ask({ limit: mostPoints });
  if (raw.next === null) return { from, to, points: pointsOf(raw.points), isAveraged: false };
  const isNumber = typeof raw.points[0]?.value === 'number';
  const every = `${Math.max(1, Math.round((to - from) / bucketsShown / 1_000))}s`;
  const buckets = await ask({ every, fn: isNumber ? 'avg' : 'last' });
  return { from, to, points: pointsOf(buckets.points), isAveraged: isNumber };
}

/** What is drawn; a value that is neither number, truth nor word is left out. */
export const pointsOf = (points: readonly { at: string; value?: unknown }[]): MomentPoint[] =>
  points.flatMap(({ at, value }) => (isShown(value) ? [{ at: Date.parse(at), value }] : []));

const isShown = (value: unknown): value is MomentPoint['value'] =>
  typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string';
