import {
  type CompiledCondition,
  type CompiledMapping,
  type CompiledMessage,
  type CompiledValue,
  plainWord,
  type Word,
  type Words,
} from '#ingest/mapping/compiled.ts';
import { type CompiledPath, compilePath } from '#ingest/mapping/json-path.ts';
import { type CompiledSource, compileSource } from '#ingest/mapping/source.ts';
import { compileTime } from '#ingest/mapping/time-format.ts';
import { compileTopic, entryKeys, type TopicPattern } from '#ingest/mapping/topic-pattern.ts';
import { propertyName } from '#ingest/names.ts';
import { canConvert, writtenUnit } from '#ingest/unit-table.ts';
import { deviceKindCatalogue, type PropertyDefinition } from '#model/catalogue.ts';
import type {
  Mapping,
  MappingCondition,
  MappingFault,
  MappingMessage,
  MappingTime,
  MappingValue,
} from '#model/mapping.ts';

export interface CompiledOrNot {
  /** Undefined where there are faults. */
  readonly mapping: CompiledMapping | undefined;
  /** Everything that is wrong. */
  readonly faults: readonly MappingFault[];
  /** What may be meant so. */
  readonly remarks: readonly MappingFault[];
}

/** So that a mapping as JSON stays a small thing of the configuration. */
const mostCharacters = 100_000;

/** Looks at all of a mapping that has the right shape (model/mapping.ts). */
export function compileMapping(given: Mapping): CompiledOrNot {
  const book = new Book();
  if (JSON.stringify(given).length > mostCharacters)
    book.fault('', `must not have more than ${mostCharacters} characters as JSON`);
  const messages = given.messages.map((message, index) => messageOf(message, book.at(`messages[${index}]`)));
  const whole = messages.flatMap((message) => (message === undefined ? [] : [message]));
  const isSound = book.faults.length === 0 && whole.length === messages.length;
  return {
    mapping: isSound ? { id: given.id, format: given.format ?? 'json', messages: whole } : undefined,
    faults: book.faults,
    remarks: book.remarks,
  };
}

/** What is found on the way, with its place. */
class Book {
  readonly faults: MappingFault[];
  readonly remarks: MappingFault[];
  readonly where: string;

  constructor(where = '', of?: Book) {
    this.where = where;
    this.faults = of?.faults ?? [];
    this.remarks = of?.remarks ?? [];
  }

  at(path: string): Book {
    return new Book(this.#below(path), this);
  }

  fault(path: string, message: string): undefined {
    this.faults.push({ path: this.#below(path), message });
    return undefined;
  }

  remark(path: string, message: string): void {
    this.remarks.push({ path: this.#below(path), message });
  }

  #below(path: string): string {
    if (this.where === '' || path === '') return this.where + path;
    return path.startsWith('[') ? this.where + path : `${this.where}.${path}`;
  }
}

/** What the paths and names of a message may be about. */
interface Scope {
  readonly book: Book;
  readonly hasEach: boolean;
  readonly names: ReadonlySet<string>;
}

function messageOf(given: MappingMessage, book: Book): CompiledMessage | undefined {
  const topic = topicOf(given.topic, book);
  const each = given.each === undefined ? undefined : pathOf('each', given.each, { book, hasEach: false });
  const hasEach = given.each !== undefined;
  const names = new Set<string>([...(topic?.names ?? []), ...(hasEach ? entryKeys : [])]);
  const scope: Scope = { book, hasEach, names };
  const conditions = listOf(given.when);
  const when = conditions.map((condition, index) =>
    conditionOf(Array.isArray(given.when) ? `when[${index}]` : 'when', condition, { book, hasEach: false }),
  );
  const source = (key: 'address' | 'name' | 'model' | 'kind') => sourceOf(key, given[key], scope);
  const message = {
    where: book.where,
    each,
    address: source('address'),
    name: source('name'),
    model: source('model'),
    kind: source('kind'),
    time: timeOf(given.time, scope),
    online: onlineOf(given.online, scope),
    number: given.number === undefined ? undefined : pathOf('number', given.number, scope),
    past: pastOf(given.past, scope),
    values: (given.values ?? []).flatMap((value, index) => {
      const compiled = meaningOf(value, { ...scope, book: book.at(`values[${index}]`) });
      return compiled === undefined ? [] : [compiled];
    }),
    isPass: given.pass === true,
    needsBody: needsBody(given),
  };
  lookAtWhole(given, book);
  const sound = when.flatMap((condition) => (condition === undefined ? [] : [condition]));
  return topic === undefined ? undefined : { ...message, topic, when: sound };
}

function lookAtWhole(given: MappingMessage, book: Book): void {
  const { kind, online, pass, values = [] } = given;
  if (pass === true) {
    for (const key of ['each', 'address', 'time', 'online', 'number', 'past', 'values'] as const)
      if (given[key] !== undefined) book.fault(key, 'says something, and "pass" says that there is nothing');
  } else if (values.length === 0 && online === undefined)
    book.fault('', 'says nothing: it needs values or online; or pass: true, if nothing in it is of interest');
  if (kind !== undefined && !/[${}@]/.test(kind) && !deviceKindCatalogue.has(kind))
    book.remark('kind', `${kind} is none of the catalogue's kinds`);
  if (given.address === undefined)
    for (const key of ['name', 'model', 'kind'] as const)
      if (given[key] !== undefined) book.fault(key, 'is of a device behind the gateway: it needs an address');
}

function needsBody({
  address,
  kind,
  model,
  name,
  online,
  past,
  values = [],
  ...given
}: MappingMessage): boolean {
  const isPath = (text: string | undefined): boolean => text !== undefined && /^[$@]/.test(text);
  return (
    [given.when, given.each, given.time, given.number].some((part) => part !== undefined) ||
    [address, name, model, kind].some(isPath) ||
    typeof online === 'object' ||
    typeof past === 'object' ||
    values.some(({ at, members }) => at !== undefined || members !== undefined)
  );
}

const listOf = <T>(one: T | T[] | undefined): readonly T[] => {
  if (one === undefined) return [];
  return Array.isArray(one) ? one : [one];
};

function topicOf(text: string, book: Book): TopicPattern | undefined {
  if (text.startsWith('gridbell/'))
    return book.fault('topic', 'gridbell/ is for devices that speak as the contract says');
  const compiled = compileTopic(text);
  return compiled.fault === undefined ? compiled.pattern : book.fault('topic', compiled.fault);
}

function pathOf(
  key: string,
  text: string,
  { book, hasEach }: Pick<Scope, 'book' | 'hasEach'>,
): CompiledPath | undefined {
  const compiled = compilePath(text);
  if (compiled.fault !== undefined) return book.fault(key, compiled.fault);
  return allowed(compiled.path, hasEach) ?? book.fault(key, whyNot(compiled.path));
}

/** Asked for each entry anew, a search through the whole message would take its time that many times. */
const allowed = (path: CompiledPath, hasEach: boolean): CompiledPath | undefined =>
  hasEach ? (path.isOfEntry || path.isSingular ? path : undefined) : path.isOfEntry ? undefined : path;
const whyNot = (path: CompiledPath): string =>
  path.isOfEntry
    ? '@ is an entry of each, and there is no each'
    : 'below each, a path from $ leads to one value: no * and no filter; @ is the entry';

function sourceOf(key: string, text: string | undefined, scope: Scope): CompiledSource | undefined {
  if (text === undefined) return undefined;
  const { book, hasEach, names } = scope;
  const compiled = compileSource(text);
  if (compiled.fault !== undefined) return book.fault(key, compiled.fault);
  const { source } = compiled;
  const unknown = source.names.find((name) => !names.has(name));
  if (unknown !== undefined) {
    const known = [...names].map((name) => `{${name}}`).join(', ');
    return book.fault(
      key,
      `{${unknown}} is no level of the topic${known === '' ? '' : `; there is ${known}`}`,
    );
  }
  if (source.path !== undefined && allowed(source.path, hasEach) === undefined)
    return book.fault(key, whyNot(source.path));
  return source;
}

function conditionOf(
  key: string,
  { at, is }: MappingCondition,
  scope: Pick<Scope, 'book' | 'hasEach'>,
): CompiledCondition | undefined {
  const path = pathOf(`${key}.at`, at, scope);
  if (path === undefined) return undefined;
  const words = listOf<Word>(is as Word | Word[]).map((word) => plainWord(word) ?? '');
  return { path, words: new Set(words) };
}

function timeOf(given: MappingTime | undefined, scope: Scope): CompiledMessage['time'] {
  if (given === undefined) return undefined;
  const path = pathOf('time.at', given.at, scope);
  const { fault, format } = { format: undefined, fault: undefined, ...compileTime(given.as, given.zone) };
  if (fault !== undefined) scope.book.fault(fault.includes('IANA') ? 'time.zone' : 'time.as', fault);
  return path === undefined || format === undefined ? undefined : { path, format, as: given.as };
}

function onlineOf(given: MappingMessage['online'], scope: Scope): CompiledMessage['online'] {
  if (given === undefined || typeof given === 'boolean') return given;
  const path = pathOf('online.at', given.at, scope);
  for (const [word, means] of Object.entries(given.words ?? {}))
    if (typeof means !== 'boolean' && means !== null)
      scope.book.fault(`online.words.${word}`, 'is true (it is there), false (it is gone), or null');
  return path && { path, words: wordsOf(given.words, scope.book.at('online')) };
}

function pastOf(given: MappingMessage['past'], scope: Scope): CompiledMessage['past'] {
  if (given === undefined || typeof given === 'boolean') return given ?? false;
  return conditionOf('past', given, scope) ?? false;
}

function wordsOf(words: Readonly<Record<string, Word | null>> | undefined, book: Book): Words | undefined {
  if (words === undefined) return undefined;
  const read = new Map<string, Word | null>();
  for (const [word, means] of Object.entries(words)) {
    const plain = word.trim().toLowerCase();
    if (read.has(plain)) book.fault(`words.${word}`, 'stands there twice: case and blanks do not count');
    read.set(plain, means);
  }
  return read;
}

function meaningOf(given: MappingValue, scope: Scope): CompiledValue | undefined {
  return given.members === undefined ? oneValue(given, scope) : membersOf(given, given.members, scope);
}

function membersOf(given: MappingValue, members: string, scope: Scope): CompiledValue | undefined {
  for (const key of ['property', 'at', 'value', 'unit', 'factor', 'offset', 'bit', 'words'] as const)
    if (given[key] !== undefined)
      scope.book.fault(key, 'is for one value; members says all of an object under their own names');
  const path = pathOf('members', members, scope);
  return path && { kind: 'members', where: scope.book.where, path, except: new Set(given.except) };
}

function oneValue(given: MappingValue, scope: Scope): CompiledValue | undefined {
  const { book } = scope;
  const definition = propertyOf(given.property, book);
  if ((given.at === undefined) === (given.value === undefined))
    book.fault('', 'has to say either where the value stands (at) or which it is (value)');
  if (given.except !== undefined) book.fault('except', 'goes with members');
  const path = given.at === undefined ? undefined : pathOf('at', given.at, scope);
  const words = wordsOf(given.words, book);
  lookAtNumbers(given, definition, book);
  lookAtMeanings(given, definition, book);
  return {
    kind: 'value',
    where: book.where,
    property: propertyName(given.property ?? '').name,
    definition,
    path,
    constant: given.value,
    unit: unitOf(given.unit, definition, book),
    factor: given.factor ?? 1,
    offset: given.offset ?? 0,
    bit: given.bit,
    words,
  };
}

function propertyOf(property: string | undefined, book: Book): PropertyDefinition | undefined {
  if (property === undefined) return book.fault('property', 'is missing');
  const { definition, isPersonal, name } = propertyName(property);
  if (name === '') return book.fault('property', 'cannot be the name of a property');
  if (isPersonal) return book.fault('property', `${name} is personal and is not kept`);
  if (definition === undefined)
    book.remark('property', `${name} is not in the catalogue: numbers and booleans of it are kept`);
  return definition;
}

function unitOf(
  unit: string | undefined,
  definition: PropertyDefinition | undefined,
  book: Book,
): string | undefined {
  if (unit === undefined) return undefined;
  const plain = writtenUnit(unit);
  if (definition === undefined) {
    book.remark('unit', 'is not used: only what the catalogue knows has a unit');
    return undefined;
  }
  if (definition.unit === null) return book.fault('unit', `${definition.name} has none`);
  return canConvert(plain, definition.unit)
    ? plain
    : book.fault(
        'unit',
        `${definition.name} is in ${definition.unit}; nobody knows how to turn ${unit} into it`,
      );
}

function lookAtNumbers(given: MappingValue, definition: PropertyDefinition | undefined, book: Book): void {
  const isReckoned = given.factor !== undefined || given.offset !== undefined;
  if (isReckoned && given.bit !== undefined) book.fault('bit', 'goes without factor and offset');
  if (given.value !== undefined && (isReckoned || given.bit !== undefined || given.words !== undefined))
    book.fault('value', 'is said as it is: factor, offset, bit and words are for what stands in the message');
  if (isReckoned && definition !== undefined && definition.type !== 'number' && definition.also !== 'number')
    book.fault('factor', `${definition.name} is no number`);
  if (given.bit !== undefined && definition !== undefined && !mayBe(true, definition))
    book.fault('bit', `${definition.name} is neither yes nor no`);
}

function lookAtMeanings(given: MappingValue, definition: PropertyDefinition | undefined, book: Book): void {
  if (given.value !== undefined && !mayBe(given.value, definition)) book.fault('value', wanted(definition));
  for (const [word, means] of Object.entries(given.words ?? {}))
    if (means !== null && !mayBe(means, definition)) book.fault(`words.${word}`, wanted(definition));
}

function mayBe(value: Word, definition: PropertyDefinition | undefined): boolean {
  if (definition === undefined) return typeof value !== 'string';
  if (typeof value === 'string')
    return definition.type === 'text' && (definition.values?.includes(value.toLowerCase()) ?? true);
  return definition.type === typeof value || definition.also === typeof value;
}

function wanted(definition: PropertyDefinition | undefined): string {
  if (definition === undefined)
    return 'is no number and no boolean, and the catalogue does not know the property';
  const { name, type, values } = definition;
  if (values !== undefined) return `${name} is one of ${values.join(', ')}`;
  return `${name} is a ${type}`;
}
