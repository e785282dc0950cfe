import { Type } from 'typebox';
import type { Caller } from '#api/caller.ts';
import type { ApiContext } from '#api/context.ts';
import { mostNamed } from '#api/overview/counting.ts';
import { AlarmSchema, alarmView } from '#api/views/alarm-view.ts';
import { type Severity, severities } from '#model/alarm.ts';
import type { StandingAlarm } from '#store/ops/board-rows.ts';

export const UnsafeSchema = Type.Object({
  active: Type.Integer({ description: 'Alarms that are active' }),
  events: Type.Integer({
    description:
      'Alarms that were over as they began (a press of a button) and whose task is still to be handled',
  }),
  unacknowledged: Type.Integer({ description: 'Of both' }),
  bySeverity: Type.Object(
    Object.fromEntries(severities.map((severity) => [severity, Type.Integer()])) as Record<
      Severity,
      ReturnType<typeof Type.Integer>
    >,
    { description: 'Of both' },
  ),
  urgent: Type.Array(AlarmSchema, {
    description: `The most severe first, of those what nobody has acknowledged, of those the newest; at most ${mostNamed}`,
  }),
});

/** `alarms`: those that the caller may see. */
export function unsafeView(alarms: readonly StandingAlarm[], caller: Caller, context: ApiContext) {
  const active = alarms.filter(({ kind }) => kind === 'active');
  return {
    active: active.length,
    events: alarms.length - active.length,
    unacknowledged: alarms.filter(({ ack }) => !ack).length,
    bySeverity: Object.fromEntries(
      severities.map((severity) => [severity, alarms.filter((alarm) => alarm.severity === severity).length]),
    ) as Record<Severity, number>,
    urgent: alarms
      .toSorted(byUrgency)
      .slice(0, mostNamed)
      .flatMap(({ id }) => context.reader.alarm(id) ?? [])
      .map((alarm) => alarmView(alarm, caller, context)),
  };
}

/** The most severe first, of those what nobody has seen yet, of those the newest. */
const byUrgency = (a: StandingAlarm, b: StandingAlarm): number =>
  severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
  Number(a.ack) - Number(b.ack) ||
  b.startedAt - a.startedAt;
