import { type Static, type TLiteral, type TProperties, Type } from 'typebox';
import { dispositions, severities } from '#model/alarm.ts';
import { roles } from '#model/role.ts';

const oneOf = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.String({ enum: [...values] }));
const text = Type.String();
const role = oneOf(roles);
const instant = Type.String({ format: 'date-time' });

const reason = <const Code extends string, Fields extends TProperties>(code: Code, fields: Fields) =>
  Type.Object<Fields & { code: TLiteral<Code> }>(
    { code: Type.Literal(code), ...fields },
    { additionalProperties: false },
  );

/**
 * One reason of a decision about a task: a code and what it names, all of it ids, words of ours, numbers and times (ISO
 * 8601). A decision has a list of them, read from left to right. Whoever shows one puts it in words; the English ones
 * are in tasks/reason-text.ts.
 */
export const Reason = Type.Union(
  [
    // Why this worker.
    reason('on-duty', { role, place: text, from: text, to: text }),
    // Nobody of the role was on duty for `for`, up to the community.
    reason('works-there', { role, for: text, place: text }),
    // Of several: more of the wanted skills, else fewer open tasks, else the lower id.
    reason('most-skills', { of: Type.Integer(), skills: Type.Array(text) }),
    reason('fewest-open-tasks', { of: Type.Integer(), open: Type.Integer() }),
    reason('lowest-id', { of: Type.Integer() }),
    // Roles that nobody has, so that others stood in.
    reason('role-missing', { roles: Type.Array(role), place: text }),
    reason('nobody', { roles: Type.Array(role), place: text }),
    reason('named', { by: text }),
    reason('claimed', { person: text }),
    reason('same-worker', { person: text }),
    reason('returned', {}),

    // Why there is a task, or why it changed.
    reason('alarm', { alarm: text }),
    reason('alarm-ended', { alarm: text, at: instant }),
    reason('alarm-disposed', { alarm: text, disposition: oneOf(dispositions) }),
    reason('closed-while-standing', { task: text, alarm: text }),
    reason('retained-state', {
      rule: text,
      key: text,
      device: text,
      at: instant,
      record: Type.Integer({ description: 'Position in the inbox' }),
    }),
    reason('same-rule-and-key', { rule: text, key: text }),
    reason('same-area', { category: text, by: text, place: text, withinMs: Type.Integer() }),
    reason('worse', { from: oneOf(severities), to: oneOf(severities) }),
  ],
  { title: 'Reason' },
);
export type Reason = Static<typeof Reason>;
