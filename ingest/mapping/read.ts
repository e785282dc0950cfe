import type { About, Draft, GivenTime, MessageDraft } from '#ingest/dialects/dialect.ts';
import { isObject } from '#ingest/dialects/dialect.ts';
import { wordAsBoolean, wordAsNumber } from '#ingest/dialects/words.ts';
import type { Heard } from '#ingest/heard.ts';
import type { Parsed } from '#ingest/json.ts';
import {
  type CompiledCondition,
  type CompiledMapping,
  type CompiledMessage,
  type CompiledValue,
  plainWord,
} from '#ingest/mapping/compiled.ts';
import type { Found, Roots } from '#ingest/mapping/json-path.ts';
import { bodyOf } from '#ingest/mapping/payload.ts';
import { mostSteps, Steps } from '#ingest/mapping/steps.ts';
import { entryKeys } from '#ingest/mapping/topic-pattern.ts';
import type { QuarantineReason } from '#model/quarantine.ts';

/** Who wants to know how it went; for those who write mappings. */
export interface Watcher {
  /** By which part of the mapping it is read. */
  taken(where: string): void;
  /** What a value was before it was turned into ours; `where`: by which part. */
  said(said: {
    readonly address: string | undefined;
    readonly property: string;
    readonly given: unknown;
    readonly unit: string | undefined;
    readonly where: string;
  }): void;
  /** Something that was looked for and is not there, or is of no use. */
  noted(where: string, message: string): void;
}

/** Reads a message by a mapping. Never throws; takes at most `steps` of work. */
export function readMapped(
  mapping: CompiledMapping,
  message: Heard,
  draft: MessageDraft,
  {
    steps = new Steps(mostSteps),
    watcher,
  }: { readonly steps?: Steps; readonly watcher?: Watcher | undefined } = {},
): void {
  const found = partFor(mapping, message, steps);
  if ('reason' in found) {
    draft.refuse(found.reason, found.detail);
    return;
  }
  const { body, levels, part } = found;
  watcher?.taken(part.where);
  if (part.isPass) draft.pass();
  else new Reading({ part, message, draft, steps, watcher }).read(body, levels);
  if (steps.isSpent)
    draft.refuse('malformed', 'there is too much in it for this mapping: less at once, or narrower paths');
}

interface FoundPart {
  readonly part: CompiledMessage;
  readonly levels: ReadonlyMap<string, string>;
  /** Undefined where it asks the payload for nothing. */
  readonly body: unknown;
}

/** The first part that is for the topic, and for what the message says; or why there is none. */
function partFor(
  mapping: CompiledMapping,
  message: Heard,
  steps: Steps,
): FoundPart | { readonly reason: QuarantineReason; readonly detail: string } {
  let body: Parsed | undefined;
  let isOfTopic = false;
  for (const part of mapping.messages) {
    const levels = part.topic.match(message.levels);
    if (levels === undefined) continue;
    isOfTopic = true;
    if (part.needsBody) body ??= bodyOf(message, mapping.format);
    if (body !== undefined && !body.ok && part.needsBody) return { reason: 'malformed', detail: body.detail };
    const value = part.needsBody && body?.ok ? body.value : undefined;
    const roots = { message: value, entry: undefined };
    if (part.when.every((condition) => holds(condition, roots, steps))) return { part, levels, body: value };
  }
  const of = isOfTopic ? 'for this topic is for what it says' : 'is for this topic';
  return { reason: 'unknown-topic', detail: `no part of the mapping ${mapping.id} ${of}` };
}

function holds({ path, words }: CompiledCondition, roots: Roots, steps: Steps): boolean {
  const word = plainWord(path.first(roots, steps));
  return word !== undefined && words.has(word);
}

interface ReadingParts {
  readonly part: CompiledMessage;
  readonly message: Heard;
  readonly draft: MessageDraft;
  readonly steps: Steps;
  readonly watcher: Watcher | undefined;
}

/** One message, read by the part of the mapping that is for it. */
class Reading {
  readonly #part: CompiledMessage;
  readonly #message: Heard;
  readonly #draft: MessageDraft;
  readonly #steps: Steps;
  readonly #watcher: Watcher | undefined;
  /** Numbers of what is said of each, in order. */
  readonly #numbers = new Map<Draft, string[]>();

  constructor({ draft, message, part, steps, watcher }: ReadingParts) {
    this.#part = part;
    this.#message = message;
    this.#draft = draft;
    this.#steps = steps;
    this.#watcher = watcher;
  }

  read(message: unknown, levels: ReadonlyMap<string, string>): void {
    const { each } = this.#part;
    const roots = { message, entry: undefined };
    if (each === undefined) this.#entry(roots, levels);
    else {
      const entries = each.all(roots, this.#steps);
      if (entries.length === 0) this.#note('each', `${each.text} finds nothing`);
      for (const found of entries) {
        if (this.#steps.isSpent) break;
        this.#entry({ message, entry: found.value }, withKeys(levels, found));
      }
    }
    for (const [device, numbers] of this.#numbers) device.once(numberOf(numbers));
  }

  #entry(roots: Roots, names: ReadonlyMap<string, string>): void {
    const { number, online, past, values } = this.#part;
    const address = this.#part.address?.read(roots, names, this.#steps);
    const device = this.#device(address, roots, names);
    if (device === undefined) return;
    const isPast = typeof past === 'boolean' ? past : holds(past, roots, this.#steps);
    const moment = device.moment(this.#time(roots), { isPast });
    if (number !== undefined) this.#count(device, plainWord(number.first(roots, this.#steps)));
    if (online !== undefined) this.#presence(online, device, roots);
    for (const value of values) this.#value(value, { device, moment, address, roots });
  }

  /** Whose it is; undefined: nobody can tell, which is refused. */
  #device(address: string | undefined, roots: Roots, names: ReadonlyMap<string, string>): Draft | undefined {
    const { address: source, kind, model, name } = this.#part;
    if (source === undefined) return this.#draft;
    if (address === undefined) {
      const looked = source.path === undefined ? 'the topic says none' : `${source.path.text} finds none`;
      const detail = `${this.#part.where}.address: ${looked}, so nobody can tell whose it is`;
      this.#draft.refusePart('malformed', null, detail, roots.entry ?? roots.message);
      return undefined;
    }
    const read = (of: typeof source | undefined) => of?.read(roots, names, this.#steps);
    const about: About = { name: read(name), model: read(model), kind: read(kind) };
    return this.#draft.of(address, about);
  }

  #time(roots: Roots): GivenTime {
    const { time } = this.#part;
    if (time === undefined) return { kind: 'none' };
    const value = time.path.first(roots, this.#steps);
    if (value === undefined || value === null) this.#note('time', `${time.path.text} finds nothing`);
    else {
      const read = time.format.read(value, this.#message.timezone);
      if (read !== undefined) return read;
      this.#note('time', `what ${time.path.text} finds is no time as "${time.as}"`);
    }
    // An alarm is not lost for its time: it is of its receipt.
    return { kind: 'none' };
  }

  #count(device: Draft, number: string | undefined): void {
    if (number === undefined || number === '') {
      this.#note('number', `${this.#part.number?.text} finds no number`);
      return;
    }
    const numbers = this.#numbers.get(device);
    if (numbers === undefined) this.#numbers.set(device, [number]);
    else numbers.push(number);
  }

  #presence(online: NonNullable<CompiledMessage['online']>, device: Draft, roots: Roots): void {
    if (typeof online === 'boolean') {
      device.online(online);
      return;
    }
    const { path, words } = online;
    const word = plainWord(path.first(roots, this.#steps));
    const means =
      word === undefined ? undefined : (words?.get(word) ?? (words ? undefined : presenceOf(word)));
    if (typeof means === 'boolean') device.online(means);
    else if (word !== undefined && words?.get(word) === undefined)
      device.refusePart(
        'malformed',
        null,
        `${this.#part.where}.online: the mapping does not know the word`,
        word,
      );
    else this.#note('online', `${path.text} finds nothing`);
  }

  #value(value: CompiledValue, to: Target): void {
    if (this.#steps.isSpent) return;
    if (value.kind === 'members') this.#members(value, to);
    else if (value.constant !== undefined) this.#say(value, value.constant, value.constant, to);
    else {
      const given = value.path?.first(to.roots, this.#steps);
      if (given === undefined) this.#noteAt(value.where, `${value.path?.text} finds nothing`);
      else if (given !== null) this.#one(value, given, to);
    }
  }

  #one(value: OneValue, given: unknown, to: Target): void {
    const turned = turn(value, given);
    if (turned.is === 'value') this.#say(value, turned.value, given, to);
    else if (turned.is === 'unknown-word') {
      const known = [...(value.words?.keys() ?? [])].slice(0, 10).join(', ');
      to.device.refusePart(
        'out-of-range',
        value.property,
        `${value.property}: none of the words that the mapping knows: ${known}`,
        given,
      );
    } else if (turned.is === 'no-number')
      to.device.refusePart('wrong-type', value.property, `${value.property}: a number is expected`, given);
    else this.#noteAt(value.where, 'a word that says nothing');
  }

  #say(value: OneValue, said: unknown, given: unknown, { address, device, moment }: Target): void {
    const { definition, property, unit, where } = value;
    // What the catalogue does not know is kept if it is a number or a boolean; a make's texts may be such.
    const plain = definition === undefined && typeof said === 'string' ? plainOf(said) : said;
    device.say(moment, property, plain, { unit, isLoose: definition !== undefined });
    this.#watcher?.said({ address, property, given, unit, where });
  }

  #members({ except, path, where }: Members, { address, device, moment, roots }: Target): void {
    const object = path.first(roots, this.#steps);
    if (!isObject(object)) {
      this.#noteAt(where, `${path.text} finds no object`);
      return;
    }
    for (const name of Object.keys(object)) {
      if (!this.#steps.take()) return;
      if (except.has(name)) continue;
      const given = object[name];
      device.say(moment, name, given, { isLoose: true });
      if (given !== null) this.#watcher?.said({ address, property: name, given, unit: undefined, where });
    }
  }

  #note(key: string, message: string): void {
    this.#watcher?.noted(`${this.#part.where}.${key}`, message);
  }

  #noteAt(where: string, message: string): void {
    this.#watcher?.noted(where, message);
  }
}

type OneValue = Extract<CompiledValue, { kind: 'value' }>;
type Members = Extract<CompiledValue, { kind: 'members' }>;

interface Target {
  readonly device: Draft;
  readonly moment: number;
  readonly address: string | undefined;
  readonly roots: Roots;
}

function withKeys(levels: ReadonlyMap<string, string>, { keys }: Found): ReadonlyMap<string, string> {
  const names = new Map(levels);
  for (const [index, name] of entryKeys.entries()) names.set(name, keys[index] ?? '');
  return names;
}

/** One for all that a message says of a device: it comes again as a whole. */
function numberOf(numbers: readonly string[]): string {
  const [first = '', last = first] = [numbers[0], numbers.at(-1)];
  return numbers.length === 1 ? first : `${first}-${last}+${numbers.length}`;
}

const presenceOf = (word: string): boolean | undefined => {
  if (word === 'online') return true;
  return word === 'offline' ? false : wordAsBoolean(word);
};

const plainOf = (text: string): unknown => wordAsNumber(text) ?? wordAsBoolean(text) ?? text;

type Turned =
  | { readonly is: 'value'; readonly value: unknown }
  | { readonly is: 'nothing' | 'unknown-word' | 'no-number' };

/** By the words, the bit, or factor and offset of the mapping. */
function turn({ bit, definition, factor, offset, words }: OneValue, given: unknown): Turned {
  if (words !== undefined) {
    const means = words.get(plainWord(given) ?? '');
    if (means === null) return { is: 'nothing' };
    if (means !== undefined) return { is: 'value', value: means };
    if (typeof given === 'string' && !isReadable(given, definition?.type)) return { is: 'unknown-word' };
  }
  if (bit === undefined && factor === 1 && offset === 0) return { is: 'value', value: given };
  const number = typeof given === 'string' ? wordAsNumber(given) : given;
  if (typeof number !== 'number') return { is: 'no-number' };
  if (bit !== undefined) return { is: 'value', value: Math.floor(number / 2 ** bit) % 2 === 1 };
  // 12 digits, as where units are turned: 225 tenths are 22.5.
  return { is: 'value', value: Number((number * factor + offset).toPrecision(12)) };
}

function isReadable(text: string, type: 'number' | 'boolean' | 'text' | undefined): boolean {
  if (type === 'text') return true;
  return (
    (type !== 'boolean' && wordAsNumber(text) !== undefined) ||
    (type !== 'number' && wordAsBoolean(text) !== undefined)
  );
}
