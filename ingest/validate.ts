import { kindOf } from '#ingest/dialects/dialect.ts';
import { wordAsBoolean, wordAsNumber } from '#ingest/dialects/words.ts';
import type { Stage } from '#ingest/stage.ts';
import type { Said } from '#ingest/work.ts';
import type { PropertyDefinition } from '#model/catalogue.ts';
import type { QuarantineReason } from '#model/quarantine.ts';
import type { Value } from '#model/reading.ts';

const maxText = 256;
/** Of properties that the catalogue does not know, per device: a device that invents names must not fill the memory. */
export const maxUnknownProperties = 256;

type Verdict =
  | { readonly value: Value; readonly refusal?: never }
  | { readonly value?: never; readonly refusal: QuarantineReason; readonly detail: string };

/** Holds every value against the catalogue; what does not fit is refused by itself. */
export const validated: Stage = (work) => {
  let unknown = work.memory?.unknownProperties ?? 0;
  for (const said of work.said) {
    if (said.refusal !== undefined || isSetting(said)) continue;
    const isNew = said.definition === undefined && work.memory?.newest.has(said.property) === false;
    const isTaken = judge(said, isNew ? unknown : 0);
    if (isNew && isTaken) unknown += 1;
  }
  return true;
};

/** Sets the value or the refusal; answers whether it is a value. */
function judge(said: Said, unknownBefore: number): boolean {
  const given = said.value ?? plainOf(said);
  const verdict = said.definition ? fits(given, said.definition) : fitsUnknown(given, unknownBefore);
  said.value = verdict.value;
  if (verdict.refusal === undefined) return true;
  said.refusal = verdict.refusal;
  said.detail = `${said.property}: ${verdict.detail}`;
  return false;
}

/** Of a make that says settings beside readings: words and lists that the catalogue does not know are nothing to keep. */
const isSetting = ({ definition, given, isLoose }: Said): boolean =>
  isLoose && definition === undefined && typeof given !== 'number' && typeof given !== 'boolean';

/** `"97"` where a number is expected, `"ON"` where yes or no is, of makes that write so. */
function plainOf({ definition, given, isLoose }: Said): unknown {
  if (!isLoose || typeof given !== 'string' || definition === undefined) return given;
  if (definition.type === 'boolean') return wordAsBoolean(given) ?? given;
  return definition.type === 'number' ? (wordAsNumber(given) ?? given) : given;
}

function fitsUnknown(given: unknown, unknownBefore: number): Verdict {
  if (typeof given !== 'number' && typeof given !== 'boolean')
    return refuse(
      'unknown-property',
      `not in the catalogue, and ${kindOf(given)} is kept only for properties that are`,
    );
  if (unknownBefore >= maxUnknownProperties)
    return refuse(
      'unknown-property',
      `not in the catalogue, and the device has ${maxUnknownProperties} such already`,
    );
  return typeof given === 'number' ? finite(given) : { value: given };
}

function fits(given: unknown, definition: PropertyDefinition): Verdict {
  switch (typeof given) {
    case 'number':
      if (definition.type === 'number') return inRange(given, definition);
      if (definition.type === 'boolean' && (given === 0 || given === 1)) return { value: given === 1 };
      return definition.also === 'number' ? inRange(given, definition) : wrongType(given, definition);
    case 'boolean':
      return definition.type === 'boolean' || definition.also === 'boolean'
        ? { value: given }
        : wrongType(given, definition);
    case 'string':
      return definition.type === 'text' ? word(given, definition) : wrongType(given, definition);
    default:
      return wrongType(given, definition);
  }
}

function inRange(given: number, definition: PropertyDefinition): Verdict {
  const { min, max, unit } = definition;
  if (!Number.isFinite(given)) return finite(given);
  if (min !== undefined && given < min) return refuse('out-of-range', `below ${min} ${unit ?? ''}`.trimEnd());
  if (max !== undefined && given > max) return refuse('out-of-range', `above ${max} ${unit ?? ''}`.trimEnd());
  return { value: given };
}

const finite = (given: number): Verdict =>
  Number.isFinite(given) ? { value: given } : refuse('not-finite', 'no number that a double holds');

function word(given: string, definition: PropertyDefinition): Verdict {
  if (given.length > maxText)
    return refuse('text-too-long', `${given.length} characters; ${maxText} are the most`);
  if (definition.values === undefined) return { value: given };
  const lower = given.toLowerCase();
  return definition.values.includes(lower)
    ? { value: lower }
    : refuse('out-of-range', `one of ${definition.values.join(', ')}`);
}

const wrongType = (given: unknown, definition: PropertyDefinition): Verdict =>
  refuse('wrong-type', `a ${definition.type} is expected, not ${kindOf(given)}`);
const refuse = (refusal: QuarantineReason, detail: string): Verdict => ({ refusal, detail });
