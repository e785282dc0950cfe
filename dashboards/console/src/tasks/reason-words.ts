import type { Task } from '../api/types.ts';
import { useRungName } from '../care/rung-name.ts';
import { useFormat } from '../format/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { type TaskNames, useTaskNames } from './task-names.ts';

export type Reason = Task['because'][number];

/** The reasons of a decision in the person's language, one sentence each. */
export function useReasonWords() {
  const { t, word } = useTexts();
  const { dayTime, number } = useFormat();
  const namesOf = useTaskNames();
  const rungName = useRungName();

  const roleList = (roles: readonly string[]): string =>
    roles.map((role) => word('roles', role)).join(t('reasons.list-separator'));
  const minutes = (ms: number): string => t('reasons.minutes', { count: number(ms / 60_000) });

  function say(reason: Reason, names: TaskNames): string {
    const key = `reasons.${reason.code}`;
    switch (reason.code) {
      case 'on-duty':
        return t(key, {
          role: word('roles', reason.role),
          place: names.place(reason.place),
          from: reason.from,
          to: reason.to,
        });
      case 'works-there':
        return t(key, {
          role: word('roles', reason.role),
          wanted: names.place(reason.for),
          place: names.place(reason.place),
        });
      case 'most-skills':
        return t(key, { of: reason.of, skills: reason.skills.join(t('reasons.list-separator')) });
      case 'fewest-open-tasks':
        return t(key, { of: reason.of, open: reason.open });
      case 'lowest-id':
      case 'turn':
        return t(key, { of: reason.of });
      case 'nearest':
        return t(key, { of: reason.of, place: names.place(reason.place) });
      case 'open-to-claim':
        return t(key, { people: reason.people, role: word('roles', reason.role) });
      case 'unclaimed':
      case 'accept-limit-passed':
      case 'handle-limit-passed':
      case 'verify-limit-passed':
      case 'close-limit-passed':
        return t(key, { at: dayTime(reason.limit) });
      case 'not-accepted':
      case 'not-verified':
      case 'not-closed':
        return t(key, { within: minutes(reason.afterMs), role: word('roles', reason.role) });
      case 'reminder':
        return t(key, { number: reason.number });
      case 'shift-ended':
        return t(key, { person: names.actor(reason.person), at: dayTime(reason.at) });
      case 'late':
        return t(key, { at: dayTime(reason.due) });
      case 'role-missing':
      case 'nobody':
        return t(key, { roles: roleList(reason.roles), place: names.place(reason.place) });
      case 'named':
        return t(key, { by: names.actor(reason.by) });
      case 'claimed':
      case 'same-worker':
      case 'told':
      case 'begun':
      case 'no-relief':
      case 'on-duty-again':
      case 'reopened':
        return t(key, { person: names.actor(reason.person) });
      case 'returned':
      case 'alarm':
      case 'closed-while-standing':
      case 'clock-set-back':
        return t(key);
      case 'alarm-ended':
        return t(key, { at: dayTime(reason.at) });
      case 'alarm-disposed':
        return t(key, { disposition: word('dispositions', reason.disposition) });
      case 'retained-state':
        return t(key, { device: names.device(reason.device), at: dayTime(reason.at) });
      case 'same-rule-and-key':
        return t(key);
      case 'same-area':
        return t(key, {
          category: word('categories', reason.category),
          place: names.place(reason.place),
          within: minutes(reason.withinMs),
        });
      case 'escalated':
        return t(key, { role: word('roles', reason.role), by: names.actor(reason.by) });
      case 'self-verified':
        return t(reason.by === 'community' ? 'reasons.self-verified-community' : key, {
          person: names.actor(reason.person),
          category: word('categories', reason.category),
        });
      case 'paused':
        return t(key, { for: minutes(reason.forMs) });
      case 'suspended-until':
      case 'suspension-over':
        return t(key, { at: dayTime(reason.until) });
      case 'suspension-requested':
        return t(key, { person: names.actor(reason.person), at: dayTime(reason.until) });
      case 'suspension-approved':
      case 'suspension-refused':
        return t(key, { person: names.actor(reason.person) });
      case 'merged-into':
      case 'split-from':
      case 'evidence':
        return t(key);
      case 'merged-from':
      case 'split-off':
        return t(key, { alarms: reason.alarms });
      case 'auto-closed':
        return t(key, {
          at: dayTime(reason.clearedAt),
          category: word('categories', reason.category),
          after: minutes(reason.afterMs),
        });
      case 'reported':
        return t(key, { channel: word('report-channels', reason.channel) });
      case 'time-over':
        return t(`tasks.forgotten-${reason.part}`);
      case 'low-rating':
      case 'rated':
        return t(key, { rating: reason.rating });
      case 'rung':
        return t(key, { number: reason.number, of: reason.of, rung: rungName(reason.rung) });
      case 'passed-over':
        return t(key, { why: t(`care.passed-${reason.why}`) });
      case 'resident-called':
      case 'emergency-number':
        return t(key);
      case 'family-called':
        return t(key, { contacts: reason.contacts });
      case 'cancel-window':
        return t(key, { at: dayTime(reason.until) });
      case 'cancelled':
        return t(key, { device: names.device(reason.device) });
      case 'cancelled-late':
        return t(key, { device: names.device(reason.device), at: dayTime(reason.until) });
      case 'resident-well':
      case 'needs-help':
      case 'no-answer':
        return t(key, { by: names.actor(reason.by) });
      case 'on-the-way':
      case 'not-arrived':
        return t(key, { person: names.actor(reason.person), at: dayTime(reason.until) });
      case 'worse':
        return t(key, { from: word('severities', reason.from), to: word('severities', reason.to) });
      default:
        return reason satisfies never;
    }
  }

  /** What is older than reasons as data has its English text alone. */
  return (task: Task, because: readonly Reason[], text: string | null): readonly string[] => {
    if (because.length === 0) return text === null ? [] : [text];
    const names = namesOf(task);
    return because.map((reason) => say(reason, names));
  };
}
