import { parse } from 'csv-parse/sync';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { type ClaimReason, claimedFields, claimFields } from '#api/onboarding/claim.ts';
import { type Issue, invalidInput, issuesOf } from '#api/validation.ts';
import { messageOf } from '#model/errors.ts';

export const mostClaims = 5_000;

const ListedClaim = Type.Object({ ...claimedFields, ...claimFields }, { additionalProperties: false });
export type ListedClaim = Static<typeof ListedClaim>;
/** Of a JSON body. */
const ClaimList = Type.Object(
  { claims: Type.Array(ListedClaim, { minItems: 1, maxItems: mostClaims }) },
  { additionalProperties: false },
);

/** A claim, and where it stands in what came in: `line 3`, `claims[0]`. */
export interface Placed {
  readonly where: string;
  readonly claim: ListedClaim;
}

const checkList = Compile(ClaimList);
const checkOne = Compile(ListedClaim);

/** JSON that was parsed, or CSV text with a line of names. Throws `invalid-input` with everything that is wrong, by line. */
export function readClaims(body: unknown): readonly Placed[] {
  if (typeof body === 'string') return readCsv(body);
  if (!checkList.Check(body)) throw invalidInput(issuesOf(checkList.Errors(body)).map(withReason));
  return body.claims.map((claim, index) => ({ where: `claims[${index}]`, claim }));
}

/** What a column may be called: by its field, or as a spreadsheet in Chinese has it. */
const columns: Readonly<Record<string, keyof ListedClaim>> = {
  id: 'id',
  设备: 'id',
  设备编号: 'id',
  gateway: 'gateway',
  网关: 'gateway',
  address: 'address',
  地址: 'address',
  place: 'place',
  位置: 'place',
  kind: 'kind',
  类型: 'kind',
  name: 'name',
  名称: 'name',
  resident: 'resident',
  居民: 'resident',
  tags: 'tags',
  标签: 'tags',
  serial: 'serial',
  序列号: 'serial',
  'expect-every': 'expectEvery',
  expectevery: 'expectEvery',
  上报周期: 'expectEvery',
  live: 'live',
  立即启用: 'live',
};

interface Row {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

const because = (reason: ClaimReason, path: string, message: string): Issue => ({ path, message, reason });

/** Of what the schema says: a field that is not there, or not right. */
const withReason = (issue: Issue): Issue => ({
  ...issue,
  reason: (issue.message === 'is missing' ? 'missing' : 'wrong-value') satisfies ClaimReason,
});

function readCsv(text: string): readonly Placed[] {
  const [head, ...rows] = rowsOf(text);
  if (head === undefined) throw invalidInput([because('no-head', 'line 1', 'names of columns are missing')]);
  const fields = fieldsOf(head.record);
  if (rows.length === 0)
    throw invalidInput([because('no-lines', 'line 2', 'there is no line with a device')]);
  if (rows.length > mostClaims)
    throw invalidInput([because('too-many', '', `must not have more than ${mostClaims} lines`)]);
  const issues: Issue[] = [];
  const found: Placed[] = [];
  for (const { info, record } of rows) {
    const where = `line ${info.lines}`;
    const claim = claimOf(fields, record);
    if (record.length !== fields.length)
      issues.push(because('fields', where, `has ${record.length} fields, the first line ${fields.length}`));
    else if (checkOne.Check(claim)) found.push({ where, claim });
    else
      for (const issue of issuesOf(checkOne.Errors(claim)))
        issues.push(withReason({ ...issue, path: `${where}, ${issue.path}` }));
  }
  if (issues.length > 0) throw invalidInput(issues);
  return found;
}

function rowsOf(text: string): readonly Row[] {
  try {
    return parse(text, {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      trim: true,
    }) as unknown as readonly Row[];
  } catch (error) {
    throw invalidInput([because('no-csv', '', `This is no CSV: ${messageOf(error)}`)]);
  }
}

function fieldsOf(head: readonly string[]): readonly (keyof ListedClaim)[] {
  const issues: Issue[] = [];
  const fields = head.flatMap((name) => {
    const lower = name.toLowerCase();
    const field = Object.hasOwn(columns, lower) ? columns[lower] : undefined;
    if (field === undefined)
      issues.push(
        because(
          'unknown-column',
          'line 1',
          `"${name.slice(0, 40)}" is no column; there are ${Object.keys(columns).filter(isLatin).join(', ')}`,
        ),
      );
    return field ?? [];
  });
  for (const field of new Set(fields))
    if (fields.filter((each) => each === field).length > 1)
      issues.push(because('column-twice', 'line 1', `${field} is there twice`));
  if (issues.length > 0) throw invalidInput(issues);
  return fields;
}

const isLatin = (name: string): boolean => /^[a-z-]+$/.test(name) && name !== 'expectevery';

/** An empty field says nothing. */
function claimOf(fields: readonly (keyof ListedClaim)[], record: readonly string[]): unknown {
  return Object.fromEntries(
    fields.flatMap((field, index) => {
      const text = record[index] ?? '';
      return text === '' ? [] : [[field, fieldValue(field, text)]];
    }),
  );
}

function fieldValue(field: keyof ListedClaim, text: string): unknown {
  if (field === 'tags') return text.split(/[\s;；、]+/u).filter((tag) => tag !== '');
  if (field !== 'live') return text;
  const word = text.toLowerCase();
  if (['true', 'yes', '1', 'x', '是'].includes(word)) return true;
  return ['false', 'no', '0', '否'].includes(word) ? false : text;
}
