import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { type PropertyDefinition, propertyCatalogue } from '#model/catalogue.ts';
import type { Value } from '#model/reading.ts';
import { maxExpression } from '#rules/language/bounds.ts';
import { DeviceFacts, PlaceFacts, ResidentFacts } from '#rules/language/facts.ts';
import { lack, type Past } from '#rules/language/frame.ts';

/** CEL's name for the type of a reading; `dyn` when a rule's properties differ. */
export type CelType = 'double' | 'bool' | 'string' | 'dyn';

const celTypeOf: Record<PropertyDefinition['type'], CelType> = {
  number: 'double',
  boolean: 'bool',
  text: 'string',
};

/** The type of `value` in a rule on these properties, which the catalogue knows. */
export function valueTypeOf(properties: readonly string[]): CelType {
  const types = new Set(properties.map((name) => typeOfProperty(name)));
  const [only] = types;
  return types.size === 1 && only !== undefined ? only : 'dyn';
}

const typeOfProperty = (name: string): CelType | undefined => {
  const definition = propertyCatalogue.get(name);
  return definition && (definition.also === undefined ? celTypeOf[definition.type] : 'dyn');
};

/** What cel-js hands to a macro; its own declarations leave these untyped. */
interface Checker {
  createError(code: string, message: string, node: ASTNode): Error;
  getType(name: string): unknown;
}
interface Context {
  getValue(name: 'past'): Past;
  getValue(name: 'atMs'): number;
}
interface MacroCall {
  readonly ast: ASTNode;
  readonly args: readonly ASTNode[];
}

/** The property that a function names, or an error at its argument. */
function namedProperty(call: MacroCall, checker: Checker): string {
  const [argument] = call.args;
  if (argument?.op !== 'value' || typeof argument.args !== 'string')
    throw checker.createError('not_a_name', 'name the property as a string', argument ?? call.ast);
  if (!propertyCatalogue.has(argument.args))
    throw checker.createError('unknown_property', `unknown property '${argument.args}'`, argument);
  return argument.args;
}

/** A function of a property's name: checked when the rule loads, looked up in the device's past when it is judged. */
const lookup =
  (resultType: (property: string) => string, look: (past: Past, property: string, at: number) => unknown) =>
  (call: MacroCall) => {
    let property = '';
    return {
      typeCheck(checker: Checker): unknown {
        property = namedProperty(call, checker);
        return checker.getType(resultType(property));
      },
      evaluate: (_evaluator: unknown, _macro: unknown, context: Context): unknown =>
        look(context.getValue('past'), property, context.getValue('atMs')),
    };
  };

/** Functions of the language that the engine does not have yet, with their numbers of arguments. */
const later: Readonly<Record<string, number>> = {
  avg: 2,
  min: 2,
  max: 2,
  sum: 2,
  count: 2,
  countWhere: 3,
  delta: 2,
  rate: 2,
  others: 4,
  baseline: 1,
};

const notYet = (name: string) => (call: MacroCall) => ({
  typeCheck(checker: Checker): never {
    throw checker.createError('not_yet', `not yet: ${name}() comes with a later version`, call.ast);
  },
  evaluate: (): never => lack(name),
});

function addNumbers(environment: Environment): void {
  const operations: Record<string, (a: number, b: number) => number> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
    '%': (a, b) => a % b,
  };
  for (const [sign, apply] of Object.entries(operations)) {
    const mixed = (a: number | bigint, b: number | bigint): number => apply(Number(a), Number(b));
    environment.registerOperator(`double ${sign} int: double`, mixed);
    environment.registerOperator(`int ${sign} double: double`, mixed);
  }
  environment.registerOperator('double % double: double', (a: number, b: number) => a % b);
  environment.registerOperator(
    'double == int: bool',
    (a: number | bigint, b: number | bigint) => Number(a) === Number(b),
  );
}

const durationOf = (lengthMs: number): { seconds: bigint; nanos: number } => ({
  seconds: BigInt(Math.trunc(lengthMs / 1000)),
  nanos: Math.round((lengthMs % 1000) * 1e6),
});

/** cel-js does not export its Duration; a literal of zero leads to its constructor. */
const zero: { constructor: new (seconds: bigint, nanos: number) => object } = new Environment().evaluate(
  "duration('0s')",
);

function makeEnvironment(valueType: CelType): Environment {
  // Lists and maps are bounded in bounds.ts, with a message for people.
  const limits = { maxListElements: maxExpression, maxMapEntries: maxExpression };
  const environment = new Environment({ homogeneousAggregateLiterals: false, limits });
  addNumbers(environment);
  environment
    .registerType('Device', {
      ctor: DeviceFacts,
      fields: { id: 'string', kind: 'string', tags: 'list<string>' },
    })
    .registerType('Place', {
      ctor: PlaceFacts,
      fields: { id: 'string', kind: 'string', path: 'list<string>' },
    })
    .registerType('Resident', {
      ctor: ResidentFacts,
      fields: { age: 'double', livesAlone: 'bool', limits: 'map<string, map<string, double>>' },
    })
    .registerVariable('value', valueType)
    .registerVariable('previous', valueType)
    .registerVariable('at', 'google.protobuf.Timestamp')
    .registerVariable('property', 'string')
    .registerVariable('values', 'map<string, dyn>')
    .registerVariable('device', 'Device')
    .registerVariable('place', 'Place')
    .registerVariable('resident', 'Resident');
  environment.registerFunction(
    'last(ast): dyn',
    lookup(
      (property) => typeOfProperty(property) ?? 'dyn',
      (past, property, at): Value => past.valueAt(property, at) ?? lack(`last('${property}')`),
    ),
  );
  environment.registerFunction(
    'age(ast): google.protobuf.Duration',
    lookup(
      () => 'google.protobuf.Duration',
      (past, property, at) => {
        const { seconds, nanos } = durationOf(
          Math.max(0, at - (past.timeAt(property, at) ?? lack(`age('${property}')`))),
        );
        return new zero.constructor(seconds, nanos);
      },
    ),
  );
  for (const [name, count] of Object.entries(later)) {
    const parameters = Array.from({ length: count }, () => 'ast').join(', ');
    environment.registerFunction(`${name}(${parameters}): dyn`, notYet(name));
  }
  return environment;
}

/** Making one is expensive, so there is one for each type that `value` may have. */
export const environments: Readonly<Record<CelType, Environment>> = {
  double: makeEnvironment('double'),
  bool: makeEnvironment('bool'),
  string: makeEnvironment('string'),
  dyn: makeEnvironment('dyn'),
};
