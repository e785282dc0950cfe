import { useFormat } from '../format/format.ts';
import { languageTag } from '../i18n/language.ts';
import { useTexts } from '../i18n/texts.ts';
import { usePropertyWords } from '../queries/property-words.ts';
import { conditionTree } from './condition-tree.ts';
import type { ConditionWords } from './thing-words.ts';
import { truthWords } from './truth-words.ts';

/** Between Chinese words stands no space; between them and figures one does. */
const closeUp = (text: string): string =>
  text.replaceAll(/(?<=[\p{Script=Han}）”]) (?=[\p{Script=Han}（“])/gu, '');

/** Conditions and what they look at, in the person's language; code between backticks where there are no words. */
export function useConditionSpeech() {
  const { t, word, language } = useTexts();
  const { number } = useFormat();
  const property = usePropertyWords();

  const words = (): ConditionWords => ({
    t: (key, values) => t(key, values ?? {}),
    word,
    languageTag: languageTag(language.value),
    label: property.label,
    value: property.value,
    kind: property.kind,
    number,
  });
  return {
    /** `subject`: the properties that the rule watches. */
    condition(text: string, subject: readonly string[]): string {
      const tree = conditionTree(text);
      return tree === undefined ? `\`${text}\`` : closeUp(truthWords(words(), subject).say(tree));
    },
    /** What a trace calls an input, and its value: a property, or a function as it is written. */
    input(name: string, value: unknown): { readonly what: string; readonly value: string } {
      const tree = name.includes('(') ? conditionTree(name) : undefined;
      if (tree === undefined) return { what: property.label(name), value: property.value(name, value) };
      const { property: of, text } = truthWords(words(), []).thing(tree);
      const plain = typeof value === 'number' ? number(value) : word('values', String(value));
      return { what: text, value: of === null ? plain : property.value(of, value) };
    },
  };
}
