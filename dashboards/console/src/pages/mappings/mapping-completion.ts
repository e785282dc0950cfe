import type {
  Completion,
  CompletionContext,
  CompletionResult,
  CompletionSource,
} from '@codemirror/autocomplete';

/** A word that may be written, and what it means. */
export interface MappingWord {
  readonly name: string;
  readonly about: string;
}

/** Asked each time: words come while one writes, and change with the language of the page. */
export interface MappingLanguage {
  readonly keys: () => readonly MappingWord[];
  readonly properties: () => readonly MappingWord[];
  readonly kinds: () => readonly MappingWord[];
  readonly units: () => readonly MappingWord[];
  readonly times: () => readonly MappingWord[];
}

const topKeys = ['id', 'name', 'format', 'messages'] as const;
const messageKeys = [
  'topic',
  'when',
  'pass',
  'each',
  'address',
  'name',
  'model',
  'kind',
  'time',
  'online',
  'number',
  'past',
  'values',
] as const;
const valueKeys = [
  'property',
  'at',
  'value',
  'unit',
  'factor',
  'offset',
  'bit',
  'words',
  'members',
  'except',
] as const;
/** All keys, each once, in the order in which they are explained. */
export const mappingKeys = [
  ...new Set([...topKeys, ...messageKeys, ...valueKeys, 'as', 'zone', 'is']),
] as const;

const option =
  (type: string, apply?: (name: string) => string) =>
  ({ about, name }: MappingWord): Completion => ({
    label: name,
    detail: about,
    type,
    ...(apply === undefined ? {} : { apply: apply(name) }),
  });
const quoted = (name: string): string => (/^[\p{L}\p{N}_-]+$/u.test(name) ? name : `"${name}"`);

function optionsAt(before: string, language: MappingLanguage): readonly Completion[] {
  const key = /(?:^|[\s{,-])(\w+):\s*["']?[^,{}]*$/.exec(before)?.[1];
  switch (key) {
    case 'property':
      return language.properties().map(option('enum'));
    case 'kind':
      return language.kinds().map(option('enum'));
    case 'unit':
      return language.units().map(option('enum', quoted));
    case 'as':
      return language.times().map(option('enum', quoted));
    case undefined:
      return language.keys().map(option('property', (name) => `${name}: `));
    default:
      return [];
  }
}

/** What may be written where the cursor is. */
export const mappingCompletion =
  (language: MappingLanguage): CompletionSource =>
  (context: CompletionContext): CompletionResult | null => {
    const word = context.matchBefore(/[\w.-]*/);
    if (!context.explicit && (word === null || word.text === '')) return null;
    const line = context.state.doc.lineAt(context.pos);
    const from = word?.from ?? context.pos;
    const options = optionsAt(context.state.sliceDoc(line.from, from), language);
    return options.length === 0 ? null : { from, options: [...options], validFor: /^[\w.-]*$/ };
  };
