import { Environment } from '@marcbachmann/cel-js';
import { maxExpression } from '#rules/language/bounds.ts';
import { DeviceFacts, PlaceFacts, ResidentFacts } from '#rules/language/facts.ts';
import { addFunctions } from '#rules/language/functions.ts';
import type { CelType } from '#rules/language/value-type.ts';

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

/** cel-js does not export its Duration; a literal of zero leads to its constructor. */
const zero: { constructor: new (seconds: bigint, nanos: number) => object } = new Environment().evaluate(
  "duration('0s')",
);

const durationOf = (lengthMs: number): object =>
  new zero.constructor(BigInt(Math.trunc(lengthMs / 1000)), Math.round((lengthMs % 1000) * 1e6));

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
  addFunctions(environment, durationOf);
  return environment;
}

/** Making one is expensive, so there is one for each type that `value` may have. */
export const environments: Readonly<Record<CelType, Environment>> = {
  double: makeEnvironment('double'),
  bool: makeEnvironment('bool'),
  string: makeEnvironment('string'),
  dyn: makeEnvironment('dyn'),
};
