import { type Static, type TLiteral, type TProperties, Type } from 'typebox';
import { dispositions, severities } from '#model/alarm.ts';
import { passedOver, rungNames } from '#model/care-ladder.ts';
import { forgottenParts, reportChannels } from '#model/report.ts';
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
    // Of several: whose turn it is, or more of the wanted skills, else fewer open tasks, else nearer, else the lower id.
    // `last`: when they had one of this category last; null: never.
    reason('turn', { of: Type.Integer(), category: text, last: Type.Union([instant, Type.Null()]) }),
    reason('most-skills', { of: Type.Integer(), skills: Type.Array(text) }),
    reason('fewest-open-tasks', { of: Type.Integer(), open: Type.Integer() }),
    // `place`: where they are at work, or where they work; so many steps of the place tree away.
    reason('nearest', { of: Type.Integer(), place: text, steps: Type.Integer() }),
    reason('lowest-id', { of: Type.Integer() }),
    // Roles that nobody has, so that others stood in.
    reason('role-missing', { roles: Type.Array(role), place: text }),
    reason('nobody', { roles: Type.Array(role), place: text }),
    reason('named', { by: text }),
    reason('claimed', { person: text }),
    // So many people were told that they may take it.
    reason('open-to-claim', { role, people: Type.Integer() }),
    reason('unclaimed', { limit: instant }),
    reason('same-worker', { person: text }),
    reason('returned', {}),
    // The person found that way is told, too.
    reason('told', { person: text }),

    // What time did to it.
    reason('accept-limit-passed', { limit: instant }),
    reason('handle-limit-passed', { limit: instant }),
    reason('verify-limit-passed', { limit: instant }),
    reason('close-limit-passed', { limit: instant }),
    reason('not-accepted', { afterMs: Type.Integer(), role }),
    reason('not-verified', { afterMs: Type.Integer(), role }),
    reason('not-closed', { afterMs: Type.Integer(), role }),
    reason('reminder', { number: Type.Integer() }),
    reason('shift-ended', { person: text, at: instant }),
    reason('begun', { person: text }),
    reason('no-relief', { person: text }),
    reason('on-duty-again', { person: text }),
    // It fell due while Gridbell saw nothing.
    reason('late', { due: instant }),
    reason('clock-set-back', { by: Type.Integer({ description: 'ms' }) }),
    // To whom a task was escalated: of this role, in whose turn it is.
    reason('escalated', { role, by: text }),

    // Why it may be, and what it did to others.
    // Allowed by the category, which is what is meant without `by`, or by the community for all that do not say otherwise.
    reason('self-verified', {
      person: text,
      category: text,
      by: Type.Optional(oneOf(['category', 'community'])),
    }),
    reason('paused', { forMs: Type.Integer() }),
    reason('suspended-until', { until: instant }),
    // It resumed by itself.
    reason('suspension-over', { until: instant }),
    reason('suspension-requested', { person: text, until: instant }),
    // `person` asked for it.
    reason('suspension-approved', { person: text }),
    reason('suspension-refused', { person: text }),
    reason('merged-into', { task: text }),
    reason('merged-from', { task: text, alarms: Type.Integer() }),
    reason('split-off', { task: text, alarms: Type.Integer() }),
    reason('split-from', { task: text }),
    reason('auto-closed', { category: text, clearedAt: instant, afterMs: Type.Integer() }),
    reason('rated', { rating: Type.Integer() }),
    reason('evidence', { evidence: text }),
    reason('reopened', { person: text }),

    // The care ladder (docs/care-ladder.md).
    reason('rung', { rung: oneOf(rungNames), number: Type.Integer(), of: Type.Integer() }),
    reason('passed-over', { rung: oneOf(rungNames), why: oneOf(passedOver) }),
    reason('cancel-window', { until: instant }),
    reason('resident-called', {}),
    reason('family-called', { contacts: Type.Integer() }),
    reason('emergency-number', {}),
    reason('cancelled', { device: text }),
    reason('cancelled-late', { device: text, until: instant }),
    reason('resident-well', { by: text }),
    reason('needs-help', { by: text }),
    reason('no-answer', { by: text }),
    reason('on-the-way', { person: text, minutes: Type.Integer(), until: instant }),
    reason('not-arrived', { person: text, until: instant }),

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
    reason('reported', { channel: oneOf(reportChannels) }),
    // Of a report, since its time was over: the number to call, or all that the resident wrote.
    reason('time-over', { part: oneOf(forgottenParts) }),
    reason('low-rating', { task: text, rating: Type.Integer() }),
    reason('worse', { from: oneOf(severities), to: oneOf(severities) }),
  ],
  { title: 'Reason' },
);
export type Reason = Static<typeof Reason>;
