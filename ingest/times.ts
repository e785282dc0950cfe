import { kindOf } from '#ingest/dialects/dialect.ts';
import type { Stage, Surroundings } from '#ingest/stage.ts';
import { type Moment, momentOf, type Said, type Work } from '#ingest/work.ts';
import { day, type EpochMs, epochMs, minute, plus } from '#model/brand.ts';
import { flag } from '#model/reading.ts';
import { keepingOf } from '#model/retention.ts';

const futureMs = 5 * minute;
const lateMs = 5 * minute;
/** 2020-01-01: no sensor that speaks to us measured before. */
const earliest = 1_577_836_800_000;
/** 2200-01-01: beyond it a number is no time; also leaves room for what is counted from it (time limits, ECMA-262 §21.4.1.1). */
const furthest = 7_258_118_400_000;

/** Gives every moment its time (docs/contract.md, Time). */
export const timed: Stage = (work, around) => {
  for (const said of work.said) {
    const { moment } = said;
    if (moment.at === undefined && moment.problem === undefined) setTime(moment, work, around);
    if (isOlderThanKept(said, work, around)) said.moment = moment.replaced ??= received(moment, work, around);
    if (moment.problem !== undefined && said.refusal === undefined) {
      said.refusal = 'bad-time';
      said.detail = moment.problem;
    }
  }
  return true;
};

function setReceipt(moment: Moment, flags: number, at: EpochMs, work: Work, around: Surroundings): void {
  moment.at = at;
  moment.flags = flags | (around.clock === 'system' ? late(at, work) : 0);
}

function setTime(moment: Moment, work: Work, around: Surroundings): void {
  const { given } = moment;
  if (given.kind === 'none') {
    setReceipt(moment, flag.noTime, receipt(work), work, around);
    return;
  }
  if (given.kind === 'stamp') {
    if (typeof given.stamp === 'number') settle(moment, given.stamp, work, around);
    else moment.problem = `a time is a number of milliseconds since 1970, not ${kindOf(given.stamp)}`;
    return;
  }
  work.anchor ??= receipt(work);
  if (given.seconds === 0) {
    setReceipt(moment, flag.noTime, work.anchor, work, around);
  } else settle(moment, work.anchor + given.seconds * 1_000, work, around);
}

/**
 * What of one message is kept has lives of different length. Of a time before its own a reading would be deleted as soon as it is
 * stored; and a clock that is months behind is what a device has after its battery was changed.
 */
function isOlderThanKept(
  { moment, property }: Said,
  work: Work,
  { clock, retention }: Surroundings,
): boolean {
  if (clock !== 'system' || retention === undefined || moment.at === undefined) return false;
  // Nothing is kept for less than a day: the way of nearly all.
  if (moment.at >= work.receivedAt - day) return false;
  const { readingsMs } = keepingOf(retention, property);
  return readingsMs !== null && moment.at < work.receivedAt - readingsMs;
}

function received({ given, isPast }: Moment, work: Work, around: Surroundings): Moment {
  const moment = momentOf(given, isPast);
  setReceipt(moment, flag.clockReplaced, receipt(work), work, around);
  return moment;
}

/** A time that the device gave: taken, replaced by the time of receipt, or no time at all. */
function settle(moment: Moment, stamp: number, work: Work, around: Surroundings): void {
  const at = Math.round(stamp);
  const isSystem = around.clock === 'system';
  if (!Number.isFinite(at)) {
    moment.problem = 'a time is a finite number';
    return;
  }
  if (isSystem && !isPlausible(at, work.receivedAt)) {
    setReceipt(moment, flag.clockReplaced, receipt(work), work, around);
  } else if (Math.abs(at) > furthest) moment.problem = 'no date is that far away';
  else {
    moment.at = epochMs(at === 0 ? 0 : at);
    moment.flags = isSystem ? late(at, work) : 0;
  }
}

const late = (at: number, work: Work): number => (work.now - at > lateMs ? flag.receivedLate : 0);

const isPlausible = (at: number, receivedAt: EpochMs): boolean =>
  at <= receivedAt + futureMs && at >= earliest;

/**
 * The time of receipt, 1 ms after the last one given to this device where needed, so that no reading hides another. A
 * replayed message has the time at which it came first.
 */
function receipt(work: Work): EpochMs {
  if (work.isReplay || work.memory === undefined) return plus(work.receivedAt, work.receipts++);
  return work.memory.receipt(work.receivedAt);
}
