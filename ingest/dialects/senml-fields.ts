import { isObject, type JsonObject, kindOf } from '#ingest/dialects/dialect.ts';
import { isName } from '#ingest/dialects/senml-name.ts';

/** The version of SenML that RFC 8428 defines. */
const knownVersion = 10;

export const valueFields = ['v', 'vs', 'vb', 'vd'] as const;
const summedAndValueFields = ['s', ...valueFields] as const;
const valueTypes = { s: 'number', v: 'number', vs: 'string', vb: 'boolean', vd: 'string' } as const;
/** What a record says by itself; the rest are base fields. */
export const regularFields = ['n', 'u', 't', ...summedAndValueFields] as const;

/** Null is absent, as everywhere. */
export const isGiven = (value: unknown): boolean => value !== undefined && value !== null;
const baseTypes = Object.entries({
  bn: 'string',
  bt: 'number',
  bu: 'string',
  bv: 'number',
  bs: 'number',
  bver: 'number',
});

/** Why nothing of the pack may be used. */
export function packProblem(json: unknown): string | undefined {
  if (!Array.isArray(json)) return `a SenML pack is an array, not ${kindOf(json)}`;
  let version: number | undefined;
  for (const record of json as readonly unknown[]) {
    if (!isObject(record)) continue;
    const problem = baseProblem(record);
    if (problem !== undefined) return problem;
    const own = record['bver'];
    if (typeof own !== 'number') continue;
    if (version !== undefined && version !== own) return 'all records have to have the same bver';
    version = own;
  }
  return undefined;
}

/** A base field of a wrong type, a later version, a field that must be understood (§4.4). */
function baseProblem(record: JsonObject): string | undefined {
  for (const [field, type] of baseTypes) {
    const value = record[field];
    if (isGiven(value) && typeof value !== type) return `${field} has to be a ${type}, not ${kindOf(value)}`;
  }
  const version = record['bver'];
  if (typeof version === 'number') {
    if (!Number.isInteger(version) || version < 1) return 'bver has to be a positive whole number';
    if (version > knownVersion) return `SenML version ${version} is not known; ${knownVersion} is`;
  }
  for (const field in record) {
    if (field.endsWith('_')) return `the field ${field.slice(0, 64)} must be understood and is not`;
  }
  return undefined;
}

/** Why a record is refused by itself. */
export type RecordReason = 'malformed' | 'bad-time' | 'wrong-type';
const nameProblem = 'a name has letters, digits and - : . / _ and begins with a letter or digit';

/** Why a record, whose whole name is `name`, may not be used. */
export function recordProblem(
  record: JsonObject,
  name: string,
): { readonly reason: RecordReason; readonly detail: string } | undefined {
  for (const field of ['n', 'u'] as const) {
    const value = record[field];
    if (isGiven(value) && typeof value !== 'string')
      return { reason: 'malformed', detail: `${field} has to be a text, not ${kindOf(value)}` };
  }
  if (!isName(name))
    return { reason: 'malformed', detail: name === '' ? 'a record needs a name (bn or n)' : nameProblem };
  const time = record['t'];
  if (isGiven(time) && typeof time !== 'number')
    return { reason: 'bad-time', detail: `t has to be a number of seconds, not ${kindOf(time)}` };
  let given = 0;
  for (const field of summedAndValueFields) {
    const value = record[field];
    if (!isGiven(value)) continue;
    if (field !== 's') given += 1;
    if (typeof value !== valueTypes[field])
      return {
        reason: 'wrong-type',
        detail: `${field} has to be a ${valueTypes[field]}, not ${kindOf(value)}`,
      };
  }
  return given > 1 ? { reason: 'malformed', detail: 'a record has at most one of v, vs, vb, vd' } : undefined;
}
