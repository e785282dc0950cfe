import { type EpochMs, epochMs, type Position } from '#model/brand.ts';
import type { Reading } from '#model/reading.ts';
import { type ContextChange, type HistoryBatch, longestText, type Rejected } from '#store/history/history.ts';

/** The latest and, negative, the earliest moment that has a date (ECMA-262 §21.4.1.1): each day's table is named by it. */
const lastMoment = 8.64e15;

/** What batches hold, in their order, divided by whether the file can take it. */
export interface Sifted {
  readonly readings: readonly Reading[];
  readonly context: readonly (ContextChange & { readonly position: Position })[];
  readonly rejected: readonly Rejected[];
}

/**
 * Parts what can be stored from what never can: one of the latter would keep all that follows waiting for ever. `keptFrom` says from when
 * on readings of a property are kept: of the time before only roll-ups stand, which a few late readings must not replace.
 */
export function sift(batches: readonly HistoryBatch[], keptFrom: (property: string) => number): Sifted {
  const readings: Reading[] = [];
  const context: (ContextChange & { readonly position: Position })[] = [];
  const rejected: Rejected[] = [];
  for (const batch of batches) {
    for (const reading of batch.readings) {
      const unfit = whyNotStorable(reading);
      const reason = unfit ?? whyTooOld(reading, keptFrom(reading.property));
      if (reason === null) readings.push(reading);
      else rejected.push(rejectedReading(reading, reason, unfit === null));
    }
    for (const change of batch.context) {
      const reason = timeProblem('at', change.at);
      if (reason === null) context.push({ ...change, position: batch.position });
      else rejected.push(rejectedChange(change, reason));
    }
  }
  return { readings, context, rejected };
}

export const rejectedReading = (reading: Reading, reason: string, isTooOld = false): Rejected => ({
  reading,
  isTooOld,
  device: reading.device,
  property: reading.property,
  at: reading.at,
  reason,
});

export const rejectedChange = ({ at, kind, subject }: ContextChange, reason: string): Rejected => ({
  reading: null,
  isTooOld: false,
  device: subject,
  property: kind,
  at,
  reason,
});

/** Whole milliseconds, as the file keeps them. */
export const wholeMs = (at: EpochMs): EpochMs => epochMs(Math.floor(at));

function whyNotStorable({ property, at, receivedAt, value }: Reading): string | null {
  if (property.length > longestText) return `the property's name has ${property.length} characters`;
  if (typeof value === 'string') {
    if (value.length > longestText)
      return `the text has ${value.length} characters, at most ${longestText} are stored`;
  } else if (typeof value !== 'number' && typeof value !== 'boolean') {
    return `the value is neither number nor boolean nor text but ${typeof value}`;
  }
  return timeProblem('at', at) ?? timeProblem('receivedAt', receivedAt);
}

const whyTooOld = ({ at, property }: Reading, from: number): string | null =>
  at >= from ? null : `${property} of that time is not kept any more`;

const timeProblem = (name: string, at: number): string | null =>
  Math.abs(at) <= lastMoment ? null : `${name} is no time: ${at}`;
