import { day as dayMs, type EpochMs, epochMs } from '#model/brand.ts';

/** Number of a UTC day since 1970-01-01: readings of one UTC day share a table. */
export const dayOf = (at: EpochMs): number => Math.floor(at / dayMs);
export const startOfDay = (day: number): EpochMs => epochMs(day * dayMs);

/** A row's key (schema.ts, dayColumns). `ms` since the day's start; the day's length gives the key where the series ends. */
export const keyOf = (series: number, ms: number): number => series * dayMs + ms;

/**
 * Name of the table that holds a day. Each rewriting gets a generation and so a name of its own: the swap is one
 * change in `days`, and a reader that began before still finds the table that it saw there.
 */
export function dayTable(day: number, generation: number): string {
  const name = dateOf(day);
  return generation === 0 ? `readings_${name}` : `readings_${name}_${generation}`;
}

/** `YYYYMMDD`, as it may stand in a table's name also far from now. */
export function dateOf(day: number): string {
  const date = new Date(startOfDay(day)).toISOString().slice(0, -14);
  return date.replace('+', 'p').replace(/^-/, 'n').replaceAll('-', '');
}

/** What the writer knows of a day's table. */
export interface DayState {
  readonly day: number;
  readonly generation: number;
  /** Every row has seq 0: in order of (series, time), each (series, time) once. */
  readonly sorted: boolean;
  /** Its roll-ups stand, made of this generation; they count while it is sorted. */
  readonly isRolled: boolean;
  readonly sortedRows: number;
  /** Rows that came since it was last rewritten, or since ever. */
  readonly lateRows: number;
  /** Running order of receipt that the next row gets. */
  readonly nextSeq: number;
  /** Newest reading of all when the day last got a row. */
  readonly touchedAt: EpochMs;
}

export type DueReason = 'long-tail' | 'first-sort' | 'much-late-data' | 'late-data-ended' | 'no-roll-ups';

/** How long, in the time of the data, a day may still get rows before it counts as closed. */
export const quietMs = 3_600_000;
/** A day with less late data than this share waits until no more comes: it is nearly in order anyway. */
const lateShare = 1 / 16;
/** From so many unsorted rows on, a day that is not over is put in order too: a query reads all of them. */
const tailRows = 1_000_000;
/** … but only when they are this share of the sorted ones, so that a row is rewritten about three times a day. */
const tailShare = 1 / 2;

/** Whether nothing but late data is to be expected of it. */
export const isOver = ({ day }: Pick<DayState, 'day'>, newest: EpochMs): boolean =>
  newest >= startOfDay(day + 1) + quietMs;

/**
 * Why a day should be put in order now, or why its roll-ups alone should be made; null: it is well as it is. `newest` is the newest
 * reading of all. A day that is not over has no roll-ups: they would be made for every hour of it.
 */
export function dueReason(state: DayState, newest: EpochMs): DueReason | null {
  if (state.sorted) return isOver(state, newest) && !state.isRolled ? 'no-roll-ups' : null;
  if (state.lateRows >= Math.max(tailRows, state.sortedRows * tailShare)) return 'long-tail';
  if (!isOver(state, newest)) return null;
  if (state.sortedRows === 0) return 'first-sort';
  if (state.lateRows > state.sortedRows * lateShare) return 'much-late-data';
  return newest >= state.touchedAt + quietMs ? 'late-data-ended' : null;
}
