import { useTexts } from '../i18n/texts.ts';
import { useNames } from '../queries/names.ts';
import type { RuleView } from './rule-queries.ts';
import { ruleSource } from './rule-source.ts';

/** How rules and those who write them are called. */
export function useRuleWords() {
  const { t } = useTexts();
  const names = useNames();
  return {
    rule: (rule: RuleView): string => {
      const { name } = ruleSource(rule);
      return names.rule(rule.id, typeof name === 'string' ? { zh: name, en: name } : name);
    },
    /** Where it comes from: the library, a file, the console. */
    origin: (origin: string): string =>
      origin.startsWith('file:')
        ? t('rules.origin-file', { file: origin.slice('file:'.length) })
        : t(`rules.origin-${origin === 'library' ? 'library' : 'api'}`),
    author: (actor: string): string => {
      if (actor === 'library') return t('rules.origin-library');
      if (actor.startsWith('file:')) return t('rules.origin-file', { file: actor.slice('file:'.length) });
      return names.actor(actor);
    },
  };
}
