import { Type } from 'typebox';

/** What the requests of all feeds have in common. */
const longestWaitSeconds = 30;

export const Names = (what: string) =>
  Type.Optional(
    Type.String({ minLength: 1, maxLength: 4_000, description: `${what}; several with commas between` }),
  );

export const Wait = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: longestWaitSeconds,
    description: 'Seconds to wait where there is nothing; default 0',
  }),
);

/** Of each name whether a value is among those that the query wants; one that it does not have wants all. */
export function namesOf<Name extends string>(
  query: Partial<Record<Name, string | undefined>>,
  names: readonly Name[],
): Record<Name, (value: string) => boolean> {
  const entries = names.map((name) => {
    const list = query[name];
    const wanted = list === undefined ? null : new Set(list.split(',').map((each) => each.trim()));
    return [name, (value: string) => wanted === null || wanted.has(value)] as const;
  });
  return Object.fromEntries(entries) as Record<Name, (value: string) => boolean>;
}
