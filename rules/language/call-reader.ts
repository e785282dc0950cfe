import { type PropertyDefinition, propertyCatalogue } from '#model/catalogue.ts';
import { parseDuration } from '#model/duration.ts';
import type { Value } from '#model/reading.ts';
import { type JoinScope, joinScopes } from '#model/rule.ts';
import type { Checker, MacroCall } from '#rules/language/cel.ts';
import { literalOf } from '#rules/language/literal.ts';

const second = 1_000;
/** Readings are kept in memory for so long. */
const longestWindowMs = 24 * 3_600_000;

/** A property may say a number: by its type, or as what it is said in too. */
export const saysNumbers = ({ type, also }: PropertyDefinition): boolean =>
  type === 'number' || also === 'number';

/** Reads the arguments of one call, each of which has to be written out: the engine must know them before any reading. */
export class CallReader {
  readonly #call: MacroCall;
  readonly #checker: Checker;

  constructor(call: MacroCall, checker: Checker) {
    this.#call = call;
    this.#checker = checker;
  }

  /** The call as the rule has it. */
  get text(): string {
    const { input, start, end } = this.#call.ast;
    return input.slice(start, end);
  }

  property(index: number): PropertyDefinition {
    const name = literalOf(this.#call.args[index]);
    if (typeof name !== 'string') throw this.#error(index, 'name the property as a string');
    const definition = propertyCatalogue.get(name);
    if (!definition) throw this.#error(index, `unknown property '${name}'`);
    return definition;
  }

  /** A property whose readings can be averaged. */
  number(index: number, fn: string): PropertyDefinition {
    const definition = this.property(index);
    if (!saysNumbers(definition))
      throw this.#error(
        index,
        `${fn}() is for numbers; '${definition.name}' is ${articled(definition)}: use count or countWhere`,
      );
    return definition;
  }

  /** ms. */
  windowMs(index: number): number {
    const text = literalOf(this.#call.args[index]);
    if (typeof text !== 'string') throw this.#error(index, "write the window as a string such as '10m'");
    const length = parseDuration(text);
    if (length === undefined)
      throw this.#error(
        index,
        `'${text}' is no window: write a number and s, m or h, such as '90s' or '10m'`,
      );
    if (length > longestWindowMs)
      throw this.#error(index, 'a window is at most 24h: the engine keeps no more');
    if (length < second) throw this.#error(index, 'a window is at least 1s');
    return length;
  }

  /** What a reading is compared with: it has to be something that the property can say. */
  value(index: number, definition: PropertyDefinition): Value {
    const value = literalOf(this.#call.args[index]);
    if (value === undefined)
      throw this.#error(index, `write out the value that '${definition.name}' is to have`);
    const why = whyNever(definition, value);
    if (why !== undefined) throw this.#error(index, why);
    return value;
  }

  scope(index: number): JoinScope {
    const scope = joinScopes.find((name) => name === literalOf(this.#call.args[index]));
    if (scope === undefined) throw this.#error(index, `the scope must be one of ${joinScopes.join(', ')}`);
    return scope;
  }

  #error(index: number, message: string): Error {
    return this.#checker.createError('bad_argument', message, this.#call.args[index] ?? this.#call.ast);
  }
}

const articled = ({ type }: PropertyDefinition): string => (type === 'text' ? 'a text' : `a ${type}`);

/** Why a property cannot say this value; undefined: it can. */
export function whyNever(definition: PropertyDefinition, value: Value): string | undefined {
  const { name, type, also, values, min, max } = definition;
  const given = typeof value === 'string' ? 'text' : typeof value;
  if (given !== type && given !== also) {
    const types = also === undefined ? articled(definition) : `${articled(definition)} or a ${also}`;
    return `'${name}' is ${types}, never ${JSON.stringify(value)}`;
  }
  if (typeof value === 'string' && values && !values.includes(value))
    return `'${name}' is one of ${values.join(', ')}, never '${value}'`;
  if (typeof value === 'number' && (value < (min ?? value) || value > (max ?? value)))
    return `'${name}' is from ${min} to ${max}, never ${value}`;
  return undefined;
}
