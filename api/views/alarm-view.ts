import { Type } from 'typebox';
import { includes, residentReaders } from '#api/authorization/role-groups.ts';
import { maySeeProperty } from '#api/authorization/sensitivity.ts';
import type { Caller } from '#api/caller.ts';
import type { ApiContext } from '#api/context.ts';
import { Instant, nullable, oneOf } from '#api/schemas.ts';
import { RuleName } from '#api/views/names.ts';
import {
  type Alarm,
  type AlarmNote,
  dispositions,
  type Hold,
  holds,
  noDevice,
  severities,
} from '#model/alarm.ts';
import type { EpochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { Configuration } from '#model/configuration.ts';
import { LocalText } from '#model/text.ts';
import { fillTitle } from '#tasks/place-names.ts';

export const AlarmSchema = Type.Object(
  {
    id: Type.String(),
    rule: Type.String(),
    ruleName: RuleName,
    ruleVersion: Type.Integer(),
    key: Type.String({
      description: 'The place instead of a resident for those who may not know who lives there',
    }),
    title: Type.Union([LocalText, Type.Null()], {
      description: 'Of an alarm that no rule raised but somebody from outside, who gave it one',
    }),
    postedBy: nullable(
      Type.String({ description: 'The account or API token that raised it; null: a rule did' }),
    ),
    device: nullable(Type.String({ description: 'null: it was raised for a place' })),
    place: Type.String(),
    resident: Type.Optional(Type.String({ description: 'Only for those who may know who lives there' })),
    category: Type.String(),
    severity: oneOf(severities),
    lifeSafety: Type.Boolean(),
    state: oneOf(['active', 'cleared']),
    ack: Type.Boolean(),
    disposition: nullable(oneOf(dispositions)),
    startedAt: Instant,
    clearedAt: nullable(Instant),
    receivedLate: Type.Boolean(),
    revised: Type.Boolean(),
    evidence: Type.Array(Type.Object({ property: Type.String(), value: Type.Unknown(), at: Instant }), {
      description: 'The readings that decided; those that the caller may not see are left out',
    }),
    tasks: Type.Array(Type.String()),
    held: Type.Optional(
      Type.Unsafe<Hold>({
        ...oneOf(holds),
        description: 'Why it brought no task: nobody has claimed its device, or that is on probation',
      }),
    ),
    history: Type.Array(
      Type.Object({
        at: Instant,
        actor: Type.String({ description: 'Account name or person id, `operator`, or `rule:ID`' }),
        action: oneOf(['raised', 'severity', 'acknowledged', 'disposed', 'revised', 'cleared']),
        to: nullable(Type.String({ description: 'The severity that it became, or what it was disposed as' })),
        comment: nullable(Type.String()),
      }),
      { description: 'Oldest first; of each sort the newest 20' },
    ),
  },
  { title: 'Alarm' },
);

/** The alarm as this caller may see it: without the resident, the key of one, or values that are not theirs to see. */
export function alarmView(alarm: Alarm, caller: Caller, context: ApiContext) {
  const { configuration } = context;
  const device = configuration.device(alarm.device);
  const knowsResidents = includes(residentReaders, caller.role);
  return {
    id: alarm.id,
    rule: alarm.rule,
    ruleName: alarm.posted ? null : (context.rule(alarm.rule)?.name ?? null),
    ruleVersion: alarm.ruleVersion,
    key: knowsResidents || alarm.key !== String(alarm.resident) ? alarm.key : alarm.place,
    ...postedView(alarm, knowsResidents, configuration),
    device: alarm.device === noDevice ? null : alarm.device,
    place: alarm.place,
    ...(alarm.resident !== undefined && knowsResidents ? { resident: alarm.resident } : {}),
    category: alarm.category,
    severity: alarm.severity,
    lifeSafety: alarm.lifeSafety,
    state: alarm.state,
    ack: alarm.ack,
    disposition: alarm.disposition ?? null,
    startedAt: iso(alarm.startedAt),
    clearedAt: alarm.clearedAt === undefined ? null : iso(alarm.clearedAt),
    receivedLate: alarm.receivedLate,
    revised: alarm.revised,
    evidence: alarm.evidence
      // The device may be gone: then the alarm still knows whether it was a person's.
      .filter((entry) => maySeeProperty(caller.role, entry.property, device ?? alarm))
      .map((entry) => ({ property: entry.property, value: entry.value, at: iso(entry.at) })),
    tasks: alarm.tasks,
    ...(alarm.held === undefined ? {} : { held: alarm.held }),
    history: historyOf(alarm).map(({ at, actor, action, to, comment }) => ({
      at: iso(at),
      actor,
      action,
      to: to ?? null,
      comment: comment ?? null,
    })),
  };
}

/** As the title of its task: a resident's name is for those who may know who lives there. */
function postedView(alarm: Alarm, knowsResidents: boolean, configuration: Configuration) {
  const { posted } = alarm;
  if (!posted?.title) return { title: null, postedBy: posted?.by ?? null };
  const { publicTitle, title } = fillTitle(configuration, posted.title, alarm);
  return { title: knowsResidents ? title : (publicTitle ?? title), postedBy: posted.by };
}

/** The whole life of the alarm in order of time; an event is over as it begins and is not said to have cleared. */
function historyOf(alarm: Alarm) {
  const { clearedAt, notes = [], startedAt } = alarm;
  const between = notes.toSorted((a, b) => a.at - b.at);
  const entry = (at: EpochMs, action: AlarmNote['action'] | 'raised' | 'cleared') => ({
    at,
    actor: `rule:${alarm.rule}`,
    action,
    to: undefined,
    comment: undefined,
  });
  const beforeEnd = between.filter(({ at }) => clearedAt === undefined || at <= clearedAt);
  const isOver = clearedAt !== undefined && clearedAt !== startedAt;
  return [
    entry(startedAt, 'raised'),
    ...beforeEnd,
    ...(isOver ? [entry(clearedAt, 'cleared')] : []),
    ...between.slice(beforeEnd.length),
  ];
}
