import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';

/** Where the recordings lie, which are not part of the project. */
export const recordings = '../shared/data';

const Expected = Type.Object(
  {
    /** One after the other into one platform; `file` below ../shared/data, `start` as of `replay --start`. */
    recordings: Type.Array(
      Type.Object(
        { file: Type.String(), start: Type.Optional(Type.String()) },
        { additionalProperties: false },
      ),
      { minItems: 1 },
    ),
    /** What `replay --json` says, all recordings together. */
    rows: Type.Integer(),
    unreadableRows: Type.Integer(),
    otherRows: Type.Integer(),
    messages: Type.Integer(),
    cells: Type.Integer(),
    emptyCells: Type.Integer(),
    unreadableCells: Type.Integer(),
    /** Readings in history, entries in quarantine, tasks. */
    history: Type.Integer(),
    quarantined: Type.Integer(),
    tasks: Type.Integer(),
    /** `from to severity rule device`, as `compare.ts --json` has them. */
    alarms: Type.Array(Type.String()),
    /** By `rule device`, where there are too many to tell them one by one. */
    counted: Type.Optional(Type.Record(Type.String(), Type.Integer())),
  },
  { additionalProperties: false },
);
export type Expected = Static<typeof Expected>;

/** Every expected*.json beside a map, with the map's path. */
export function expectedRecordings(): { name: string; map: string; expected: Expected }[] {
  return globSync('examples/recordings/*/expected*.json')
    .toSorted()
    .map((file) => {
      const expected: unknown = JSON.parse(readFileSync(file, 'utf8'));
      if (!Value.Check(Expected, expected))
        throw new Error(`${file}: ${JSON.stringify(Value.Errors(Expected, expected))}`);
      return { name: file, map: join(dirname(file), 'map.yaml'), expected };
    });
}
