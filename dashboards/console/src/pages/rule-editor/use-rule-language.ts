import { useQuery } from '@tanstack/vue-query';
import { answerOf } from '../../api/client.ts';
import type { AnswerOf } from '../../api/types.ts';
import { useApi } from '../../api/use-api.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useDirectory, useNames } from '../../queries/names.ts';
import { usePropertyWords } from '../../queries/property-words.ts';
import { categories } from '../../tasks/choices.ts';
import type { RuleLanguage, Word } from './completion.ts';

type Reference = AnswerOf<'getRulesLanguage'>;
type Key = Reference['keys'][number];

/** `accept-within` and `task` of `task.accept-within`; the part is that of the nearest key around it. */
const lastOf = (path: string): string => path.split('.').at(-1) ?? '';
const partOf = ({ path }: Key): string => path.split('.').at(-2) ?? '';

/** The words of the rule language as the platform explains them, and those of this community. */
export function useRuleLanguage(): RuleLanguage {
  const api = useApi();
  const { t, word, local } = useTexts();
  const names = useNames();
  const { places } = useDirectory();
  const property = usePropertyWords();
  const { data } = useQuery({
    queryKey: ['rule-language'],
    queryFn: () => answerOf(api.GET('/api/v1/rules/language')),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const said = (all: readonly string[], about: (name: string) => string): readonly Word[] =>
    all.map((name) => ({ name, about: about(name) }));
  const everyKey = (): readonly Key[] => data.value?.keys ?? [];
  const properties = (): readonly Word[] => said(data.value?.properties ?? [], property.label);
  const everyRole = (): readonly Word[] => said(data.value?.roles ?? [], (name) => word('roles', name));
  const everyScope = (all: readonly string[]): readonly Word[] => said(all, (name) => word('scopes', name));

  /** What the platform leaves open, or what there are better words for here. */
  const known: Readonly<Record<string, (key: Key | undefined) => readonly Word[]>> = {
    category: () => said(categories, (name) => word('categories', name)),
    property: () => [...properties(), { name: '*', about: t('rules.anything') }],
    and: properties,
    kind: () => said(data.value?.kinds ?? [], property.kind),
    place: () => said([...places.value.keys()], names.place),
    to: (key) => ((key?.values.length ?? 0) > 0 ? everyRole() : []),
    also: everyRole,
    severity: () => said(data.value?.severities ?? [], (name) => word('severities', name)),
    unless: () => said(data.value?.modes ?? [], (name) => word('modes', name)),
    key: (key) => everyScope(key?.values ?? []),
    by: (key) => ((key?.values.length ?? 0) > 0 ? everyScope(key?.values ?? []) : said(['device'], () => '')),
  };
  return {
    keys: (part) =>
      everyKey()
        .filter((key) => partOf(key) === part)
        .map(({ lines, path }) => ({ name: lastOf(path), about: local(lines) })),
    values(name, part) {
      const key =
        everyKey().find((each) => lastOf(each.path) === name && partOf(each) === part) ??
        everyKey().find((each) => lastOf(each.path) === name);
      const flags = key?.forms.includes('flag') === true ? ['true', 'false'] : [];
      return known[name]?.(key) ?? said([...(key?.values ?? []), ...flags], () => '');
    },
    properties,
    variables: () => (data.value?.variables ?? []).map(({ lines, name }) => ({ name, about: local(lines) })),
    functions: () => [
      ...(data.value?.functions ?? []).map(({ lines, name }) => ({
        name,
        insert: `${name}('`,
        about: local(lines),
      })),
      ...(data.value?.builtIns ?? []).map((name) => ({ name, insert: `${name}(`, about: '' })),
    ],
  };
}
