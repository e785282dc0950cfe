import { Compile, type Validator } from 'typebox/compile';
import { RuleSource } from '#model/rule.ts';
import { type Complaints, fileKey } from '#rules/language/complaints.ts';
import { problemOf, type WordedProblem } from '#rules/language/problem-texts.ts';

/** One validator for each key, so that every wrong key of a rule is named and not only the first. */
const keys: ReadonlyMap<string, Validator> = new Map(
  Object.entries(RuleSource.properties).map(([name, schema]) => [name, Compile(schema)]),
);
const required: readonly string[] = RuleSource.required;

type Fault = ReturnType<Validator['Errors']>[number];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Checks keys, types and words of a rule (camelCase keys). Durations and expressions are read later. */
export function checkShape(source: unknown, complaints: Complaints): source is RuleSource {
  if (!isRecord(source)) {
    complaints.add([], problemOf('not-a-map'));
    return false;
  }
  for (const name of required)
    if (source[name] === undefined)
      complaints.add([], problemOf('missing-key', { key: fileKey(name) }), 'key');
  for (const [name, value] of Object.entries(source)) {
    const validator = keys.get(name);
    if (!validator) complaints.add([name], problemOf('unknown-key', { key: fileKey(name) }), 'key');
    else if (!validator.Check(value)) complain(name, validator.Errors(value), complaints);
  }
  return !complaints.any;
}

/** Of the branches of an `anyOf` that all fail, the one that fits furthest down is what was meant. */
function meant(all: readonly Fault[]): readonly Fault[] {
  const faults = ofFittingType(all);
  const deepest = new Map<string, number>();
  for (const fault of faults)
    deepest.set(choice(fault), Math.max(deepest.get(choice(fault)) ?? 0, depth(fault)));
  return faults.filter((fault) => choice(fault) === '' || depth(fault) === deepest.get(choice(fault)));
}

/** Without the branches for another type of value, where one is for this type: a map is not a wrong text. */
function ofFittingType(faults: readonly Fault[]): readonly Fault[] {
  const misfits = new Set(faults.filter(isMisfit).map(branch));
  const fitting = new Set(faults.filter((fault) => !misfits.has(branch(fault))).map(choice));
  return faults.filter((fault) => !misfits.has(branch(fault)) || !fitting.has(choice(fault)));
}

/** The value itself has another type, or is another word. */
const isMisfit = (fault: Fault): boolean =>
  (fault.keyword === 'type' || fault.keyword === 'const') && branch(fault) === fault.schemaPath;

/** The alternative of the `anyOf` that a fault belongs to: `…/anyOf/1`; empty: none. */
const branch = (fault: Fault): string => /^.*?\/anyOf\/\d+/.exec(fault.schemaPath)?.[0] ?? '';

/** The `anyOf` that a fault belongs to; empty: none. */
const choice = (fault: Fault): string => {
  const end = fault.schemaPath.indexOf('/anyOf');
  return end < 0 ? '' : `${fault.schemaPath.slice(0, end)}/anyOf`;
};
const depth = (fault: Fault): number => fault.instancePath.split('/').length;

function complain(name: string, faults: readonly Fault[], complaints: Complaints): void {
  const seen = new Set<string>();
  const told = faults.filter((fault) => fault.keyword !== 'anyOf' && fault.keyword !== 'boolean');
  for (const fault of meant(told)) {
    const path = [name, ...fault.instancePath.split('/').slice(1)];
    const strangers = fault.keyword === 'additionalProperties' ? fault.params.additionalProperties : [];
    for (const key of strangers)
      complaints.add([...path, key], problemOf('unknown-key', { key: fileKey(key) }), 'key');
    if (strangers.length > 0 || seen.has(path.join('.'))) continue;
    seen.add(path.join('.'));
    complaints.add(path, expectation(fault));
  }
  if (told.length === 0) complaints.add([name], problemOf('unexpected'));
}

function expectation(fault: Fault): WordedProblem | string {
  switch (fault.keyword) {
    case 'enum':
      return problemOf('not-one-of', { words: fault.params.allowedValues.join(', ') });
    case 'required':
      return problemOf('missing-key', { key: fault.params.requiredProperties.join("', '") });
    case 'pattern':
      return String(fault.params.pattern).includes('(ms|s|m|h|d)')
        ? problemOf('no-duration')
        : problemOf('wrong-form', { pattern: String(fault.params.pattern) });
    case 'maxItems':
      return problemOf('too-many', { most: fault.params.limit });
    case 'maxLength':
      return problemOf('too-long', { most: fault.params.limit });
    case 'type':
      return problemOf('wrong-type', { type: [fault.params.type].flat().join(', ') });
    default:
      return fault.message;
  }
}
