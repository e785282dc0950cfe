/** Which topics a part of a mapping is for: `acme/{room}/+/{id}/#`. */
export interface TopicPattern {
  /** The named levels. */
  readonly names: readonly string[];
  /** By name; undefined: the topic is another one. */
  match(levels: readonly string[]): ReadonlyMap<string, string> | undefined;
}
type Compiled = { readonly pattern: TopicPattern; readonly fault?: never } | { readonly fault: string };

type Level = { readonly is: string } | { readonly name: string | null };

const named = /^\{([a-z][a-z0-9]{0,31})\}$/;
/** Names of their own: what the wildcards of `each` stood for. */
export const entryKeys = ['key', 'key2', 'key3'] as const;

export function compileTopic(text: string): Compiled {
  const written = text.split('/');
  const isOpen = written.at(-1) === '#';
  const levels: Level[] = [];
  const names: string[] = [];
  for (const word of isOpen ? written.slice(0, -1) : written) {
    const level = levelOf(word, names);
    if (typeof level === 'string') return { fault: `"${word}": ${level}` };
    if ('name' in level && level.name !== null) names.push(level.name);
    levels.push(level);
  }
  return { pattern: { names, match: (given) => match(given, levels, isOpen) } };
}

/** A text: what is wrong with it. */
function levelOf(word: string, before: readonly string[]): Level | string {
  const name = named.exec(word)?.[1];
  if (name === undefined) {
    if (word === '+') return { name: null };
    return /[{}+#]/.test(word)
      ? 'a level is a word, + (any), or {name} in small letters; # stands at the end'
      : { is: word };
  }
  if (before.includes(name)) return 'is there twice';
  return (entryKeys as readonly string[]).includes(name) ? 'is a name that entries of each have' : { name };
}

function match(
  given: readonly string[],
  levels: readonly Level[],
  isOpen: boolean,
): ReadonlyMap<string, string> | undefined {
  // [MQTT-4.7.1-2] "#" is the parent level, too.
  if (isOpen ? given.length < levels.length : given.length !== levels.length) return undefined;
  for (let index = 0; index < levels.length; index += 1) {
    const level = levels[index];
    if (level !== undefined && 'is' in level && level.is !== given[index]) return undefined;
  }
  const found = new Map<string, string>();
  for (const [index, level] of levels.entries())
    if ('name' in level && level.name !== null) found.set(level.name, given[index] ?? '');
  return found;
}
