import { durationWords } from '../format/duration.ts';
import { languageTag } from '../i18n/language.ts';
import { useTexts } from '../i18n/texts.ts';
import { useNames } from '../queries/names.ts';
import { usePropertyWords } from '../queries/property-words.ts';
import { useConditionSpeech } from './condition-speech.ts';
import type { RuleSource, TaskOrder } from './rule-source.ts';

/** What a rule does, sentence by sentence; code stands between backticks. */
export interface PlainRule {
  readonly fires: string;
  readonly clears: string;
  readonly goes: string;
  readonly watches: string;
  readonly levels: readonly { readonly severity: string; readonly text: string }[];
  /** Deadlines of the task, and who is told when they pass. */
  readonly hurry: readonly string[];
  /** When it is held back, and what has one alarm. */
  readonly limits: readonly string[];
}

export function usePlainRules() {
  const { t, word, local, language } = useTexts();
  const names = useNames();
  const { kind, label } = usePropertyWords();
  const speech = useConditionSpeech();
  const and = (parts: readonly string[]): string => parts.join(t('conditions.list-separator'));
  const duration = (text: string): string => durationWords(text, languageTag(language.value));
  const roles = (list: readonly string[]): string => and(list.map((role) => word('roles', role)));
  const things = ({ properties }: RuleSource): string =>
    properties.includes('*') ? t('rules.anything') : and(properties.map(label));

  function fires(rule: RuleSource): string {
    const { lasting, silentFor, when } = rule;
    if (silentFor === null) {
      const condition = when === null ? t('rules.nothing-said') : speech.condition(when, rule.properties);
      const key = lasting === null ? 'rules.fires-when' : 'rules.fires-when-for';
      return t(key, { condition, for: duration(lasting ?? '') });
    }
    if (typeof silentFor === 'string') {
      const key = ['auto', 'expected'].includes(silentFor)
        ? `rules.fires-silent-${silentFor}`
        : 'rules.fires-silent';
      return t(key, { what: things(rule), for: duration(silentFor) });
    }
    const { least, most, state, usual } = silentFor;
    const values = { least: duration(least), most: duration(most) };
    const limits = most === '' ? t('rules.habit-least', values) : t('rules.habit-least-most', values);
    return t(`rules.fires-habit-${state}`, { times: String(usual), limits, least: values.least });
  }

  function clears(rule: RuleSource): string {
    if (rule.isEvent) return t('rules.clears-event');
    const { silentFor } = rule;
    if (typeof silentFor === 'string') return t('rules.clears-heard');
    if (silentFor !== null) return t(`rules.clears-habit-${silentFor.state}`);
    const condition =
      rule.clear === null ? t('rules.no-longer-so') : speech.condition(rule.clear, rule.properties);
    return rule.clearFor === null
      ? t('rules.clears-when', { condition })
      : t('rules.clears-when-for', { condition, for: duration(rule.clearFor) });
  }

  function goes(task: TaskOrder | null): string {
    if (task === null) return t('rules.goes-nowhere');
    const told = task.also.length === 0 ? '' : t('rules.also-told', { roles: roles(task.also) });
    return t('rules.goes-to', { role: word('roles', task.to) }) + told;
  }

  function watches(rule: RuleSource): string {
    const { ids, kinds, livesAlone, places, tags } = rule;
    const who =
      kinds.length > 0
        ? t('rules.all-of-kind', { kinds: and(kinds.map(kind)) })
        : t('rules.devices-that-tell', { what: things(rule) });
    return [
      ids.length > 0 ? and(ids.map(names.device)) : who,
      ...(places.length > 0 ? [t('rules.at-places', { places: and(places.map(names.place)) })] : []),
      ...(tags.length > 0 ? [t('rules.with-tags', { tags: and(tags) })] : []),
      ...(livesAlone === null ? [] : [t(livesAlone ? 'rules.of-alone' : 'rules.of-not-alone')]),
    ].join(t('rules.and-also'));
  }

  const hurry = (task: TaskOrder | null): readonly string[] =>
    task === null
      ? []
      : [
          ...(task.title === null ? [] : [t('rules.task-title', { title: titleWords(local(task.title)) })]),
          ...(task.acceptWithin === null
            ? []
            : [t('rules.accept-within', { for: duration(task.acceptWithin) })]),
          ...(task.handleWithin === null
            ? []
            : [t('rules.handle-within', { for: duration(task.handleWithin) })]),
          ...task.escalate.map(({ after, to }) =>
            t('rules.escalates', { after: duration(after), role: word('roles', to) }),
          ),
        ];

  /** `{place}` of a title as what it will be: ‹place›. */
  const titleWords = (title: string): string =>
    title.replaceAll(/\{(\w+)\}/g, (_, name: string) => `‹${word('title-parts', name)}›`);

  function limits(rule: RuleSource): readonly string[] {
    const { activeHours: hours, key, silentFor, unless } = rule;
    return [
      ...(hours === null
        ? []
        : [
            t(hours.days === null ? 'rules.active-hours' : 'rules.active-hours-days', {
              from: hours.from,
              to: hours.to,
              days: (hours.days ?? '').replaceAll(/[a-z]{3}/g, (day) => word('days', day)),
            }),
          ]),
      ...(unless.length === 0
        ? []
        : [t('rules.unless', { modes: and(unless.map((mode) => t(`modes.${mode}`))) })]),
      ...(typeof key === 'object'
        ? [t('rules.one-per-value', { what: label(key.and) })]
        : key === 'device'
          ? []
          : [t(`rules.one-per-${key}`)]),
      ...(silentFor !== null && typeof silentFor === 'object'
        ? [t('rules.learns', { for: duration(silentFor.learn) })]
        : []),
    ];
  }

  return (rule: RuleSource): PlainRule => ({
    fires: fires(rule),
    clears: clears(rule),
    goes: goes(rule.task),
    watches: watches(rule),
    levels: rule.levels.map(({ severity, when }) => ({
      severity,
      text: speech.condition(when, rule.properties),
    })),
    hurry: hurry(rule.task),
    limits: limits(rule),
  });
}
