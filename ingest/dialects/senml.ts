import {
  type Dialect,
  type Draft,
  type GivenTime,
  isObject,
  type JsonObject,
  kindOf,
  type MessageDraft,
} from '#ingest/dialects/dialect.ts';
import { jsonOf } from '#ingest/dialects/json-of.ts';
import {
  isGiven,
  packProblem,
  type RecordReason,
  recordProblem,
  regularFields,
  valueFields,
} from '#ingest/dialects/senml-fields.ts';
import { propertyPart } from '#ingest/dialects/senml-name.ts';
import type { Heard } from '#ingest/heard.ts';

/** Times below this many seconds count from about now (RFC 8428 §4.5.3). */
const relativeBelow = 2 ** 28;
/**
 * Tells a SenML pack from an array of native entries: a record must have a name, so some entry has a text under `n` or
 * `bn`. No native entry has a reading there: neither name is in the catalogue, and unknown texts are no readings.
 */
export function isSenmlPack(entries: readonly unknown[]): boolean {
  for (const entry of entries) {
    if (isObject(entry) && (typeof entry['n'] === 'string' || typeof entry['bn'] === 'string')) return true;
  }
  return false;
}

/** SenML in JSON, RFC 8428: base fields carry on, relative times, sums, version, fields that must be understood. */
export const senml: Dialect = {
  id: 'senml',
  topics: 'any',
  read(message: Heard, draft: MessageDraft): void {
    const json = jsonOf(message, draft);
    if (json === undefined) return;
    const problem = packProblem(json);
    if (problem !== undefined) draft.refuse('malformed', problem);
    else if (Array.isArray(json)) readRecords(json, draft);
  },
};

function readRecords(records: readonly unknown[], draft: Draft): void {
  const pack = new Pack(draft);
  for (const record of records) {
    if (isObject(record)) pack.read(record);
    else draft.refusePart('malformed', null, `a record has to be an object, not ${kindOf(record)}`, [record]);
  }
}

/** A pack while it is read: the base fields in force and the moments opened so far. */
class Pack {
  readonly #draft: Draft;
  readonly #moments = new Map<number | null, number>();
  #name = '';
  #time: number | undefined;
  #unit: string | undefined;
  #value: number | undefined;
  #sum: number | undefined;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  read(record: JsonObject): void {
    this.#takeBase(record);
    // A record that only sets base fields says nothing by itself.
    if (!regularFields.some((field) => isGiven(record[field]))) return;
    const own = record['n'];
    const time = record['t'];
    const unit = record['u'];
    const name = this.#name + (typeof own === 'string' ? own : '');
    const key = propertyPart(name, typeof own === 'string' ? own : '');
    const problem = recordProblem(record, name);
    if (problem !== undefined) {
      this.#refuse(problem.reason, key, problem.detail, record);
      return;
    }
    const moment = this.#moment(typeof time === 'number' ? time : undefined);
    const more = { unit: typeof unit === 'string' ? unit : this.#unit, source: name };
    const { value, isNumeric } = this.#valueOf(record);
    if (value !== undefined) this.#draft.say(moment, key, value, more);
    const sum = record['s'];
    if (typeof sum === 'number' || (isNumeric && this.#sum !== undefined))
      this.#draft.say(moment, key, (this.#sum ?? 0) + (typeof sum === 'number' ? sum : 0), {
        ...more,
        isSum: true,
      });
  }

  /** Base fields apply to their own record and to those after it until the next of the same (§4.1). */
  #takeBase(record: JsonObject): void {
    const { bn, bt, bu, bv, bs } = record;
    if (typeof bn === 'string') this.#name = bn;
    if (typeof bt === 'number') this.#time = bt;
    if (typeof bu === 'string') this.#unit = bu;
    if (typeof bv === 'number') this.#value = bv;
    if (typeof bs === 'number') this.#sum = bs;
  }

  /** A missing value or base value counts as zero (§4.5.4); the base value belongs to numbers. */
  #valueOf(record: JsonObject): { value: unknown; isNumeric: boolean } {
    const field = valueFields.find((candidate) => isGiven(record[candidate]));
    if (field === undefined) return { value: this.#value, isNumeric: true };
    const value = record[field];
    if (field === 'v' && typeof value === 'number')
      return { value: (this.#value ?? 0) + value, isNumeric: true };
    // Bytes are no reading of ours; as an object they are refused like any other, after the personal ones are gone.
    return { value: field === 'vd' ? { vd: value } : value, isNumeric: false };
  }

  #moment(own: number | undefined): number {
    const seconds = own === undefined && this.#time === undefined ? null : (this.#time ?? 0) + (own ?? 0);
    const known = this.#moments.get(seconds);
    if (known !== undefined) return known;
    const moment = this.#draft.moment(timeOf(seconds));
    this.#moments.set(seconds, moment);
    return moment;
  }

  /** What is kept holds the record with the base fields that it needs, so that it can be read again alone. */
  #refuse(reason: RecordReason, key: string, detail: string, record: JsonObject): void {
    const base = { bn: this.#name, bt: this.#time, bu: this.#unit, bv: this.#value, bs: this.#sum };
    this.#draft.refusePart(reason, key === '' ? null : key, detail, [{ ...base, ...record }]);
  }
}

function timeOf(seconds: number | null): GivenTime {
  if (seconds === null) return { kind: 'relative', seconds: 0 };
  if (seconds < relativeBelow) return { kind: 'relative', seconds };
  return { kind: 'stamp', stamp: seconds * 1000 };
}
