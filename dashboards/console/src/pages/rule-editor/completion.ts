import type {
  Completion,
  CompletionContext,
  CompletionResult,
  CompletionSource,
} from '@codemirror/autocomplete';
import type { Text } from '@codemirror/state';
import { ruleContext } from './rule-context.ts';

/** One word that may be written, and what it means. */
export interface Word {
  readonly name: string;
  readonly about: string;
}

/** What the language has, asked each time: words come while one writes, and change with the language of the page. */
export interface RuleLanguage {
  /** Of a part of the rule; `''`: of the rule itself. */
  readonly keys: (part: string) => readonly Word[];
  readonly values: (key: string, part: string) => readonly Word[];
  readonly variables: () => readonly Word[];
  readonly functions: () => readonly (Word & { readonly insert: string })[];
  readonly properties: () => readonly Word[];
}

const option =
  (type: string, apply?: (name: string) => string) =>
  ({ about, name }: Word): Completion => ({
    label: name,
    detail: about,
    type,
    ...(apply === undefined ? {} : { apply: apply(name) }),
  });
/** A star, or the beginning of a text with spaces, must stand in quotes. */
const quoted = (name: string): string => (/^[\w-]+$/.test(name) ? name : `"${name}"`);

const linesOf = (doc: Text): readonly string[] => [...doc.iterLines()];

function optionsAt(context: CompletionContext, language: RuleLanguage): readonly Completion[] {
  const where = ruleContext(context.state.doc, context.pos);
  switch (where.at) {
    case 'key': {
      const { doc } = context.state;
      const own = doc.lineAt(context.pos).number;
      const stands = (name: string): boolean =>
        where.part === '' &&
        linesOf(doc).some((line, index) => index + 1 !== own && line.startsWith(`${name}:`));
      return language
        .keys(where.part)
        .filter(({ name }) => !stands(name))
        .map(option('property', (name) => `${name}: `));
    }
    case 'value':
      return language.values(where.key, where.part).map(option('enum', quoted));
    case 'condition':
      if (where.isProperty) return language.properties().map(option('property'));
      return [
        ...language.functions().map(({ insert, ...word }) => option('function', () => insert)(word)),
        ...language.variables().map(option('variable')),
      ];
  }
}

/** What may be written where the cursor is. */
export const ruleCompletion =
  (language: RuleLanguage): CompletionSource =>
  (context): CompletionResult | null => {
    const word = context.matchBefore(/[\w.*-]*/);
    const from = word?.from ?? context.pos;
    const before = context.state.sliceDoc(Math.max(0, from - 1), from);
    if (!context.explicit && word?.text === '' && !/['"]/.test(before)) return null;
    const options = optionsAt(context, language);
    return options.length === 0 ? null : { from, options: [...options], validFor: /^[\w.*-]*$/ };
  };
