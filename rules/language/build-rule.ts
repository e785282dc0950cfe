import { propertyCatalogue } from '#model/catalogue.ts';
import type { RuleProblem, RuleSource } from '#model/rule.ts';
import { checkConditions, checkKinds } from '#rules/language/check-conditions.ts';
import { Complaints } from '#rules/language/complaints.ts';
import { Durations } from '#rules/language/durations.ts';
import { parseHours } from '#rules/language/hours.ts';
import { readKey } from '#rules/language/key.ts';
import { meaningOf } from '#rules/language/meaning.ts';
import { problemOf } from '#rules/language/problem-texts.ts';
import type { Rule, Selection } from '#rules/language/rule.ts';
import type { Locate } from '#rules/language/rule-document.ts';
import { checkShape } from '#rules/language/shape.ts';
import { localText, readTaskOrder } from '#rules/language/task-order.ts';
import { Expressions, readLevels, readTrigger } from '#rules/language/trigger.ts';
import { valueTypeOf } from '#rules/language/value-type.ts';

export type Built = { readonly rule: Rule } | { readonly problems: readonly RuleProblem[] };

/** Every reading of the device wakes the rule. */
const anyProperty = '*';
const defaultLatenessMs = 5 * 60_000;
/** Readings are kept in memory for so long; see docs/rules.md. */
const longestLatenessMs = 24 * 3_600_000;

const lifeSafetyProperties: ReadonlySet<string> = new Set(['sos', 'fall-confirmed', 'co', 'gas']);

const listOf = (value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? [value] : value;
const setOf = (value: string | readonly string[] | undefined): ReadonlySet<string> | null =>
  value === undefined ? null : new Set(listOf(value));

const idOf = (source: unknown): string | null =>
  typeof source === 'object' && source !== null && 'id' in source && typeof source.id === 'string'
    ? source.id
    : null;

/** Checks and compiles a rule with camelCase keys: the rule, or everything that is wrong with it. */
export function buildRule(source: unknown, locate: Locate): Built {
  const complaints = new Complaints(idOf(source), locate);
  const isShaped = checkShape(source, complaints);
  if (!isShaped) return { problems: complaints.problems };
  checkProperties(source, complaints);
  if (complaints.any) return { problems: complaints.problems };
  checkKinds(source, complaints);
  const rule = compile(source, complaints);
  return rule && !complaints.any ? { rule } : { problems: complaints.problems };
}

function checkProperties(source: RuleSource, complaints: Complaints): void {
  for (const [index, name] of listOf(source.property).entries()) {
    const path = typeof source.property === 'string' ? ['property'] : ['property', String(index)];
    if (name === anyProperty) {
      if (source.silentFor === undefined && source.restlessFor === undefined)
        complaints.add(path, problemOf('any-property'));
    } else if (!propertyCatalogue.has(name))
      complaints.add(path, problemOf('unknown-property', { property: name }));
  }
}

function compile(source: RuleSource, complaints: Complaints): Rule | undefined {
  const key = readKey(source, complaints);
  const properties = listOf(source.property);
  const durations = new Durations(complaints);
  const expressions = new Expressions(valueTypeOf(properties), complaints);
  const reading = { source, expressions, durations, complaints };
  const trigger = readTrigger(reading);
  const levels = readLevels(reading);
  checkConditions(source, expressions.compiled, complaints);
  const activeHours = source.activeHours === undefined ? null : parseHours(source.activeHours);
  if (activeHours === undefined) complaints.add(['activeHours', 'days'], problemOf('wrong-days'));
  const latenessMs =
    source.lateness === undefined
      ? defaultLatenessMs
      : durations.read(['lateness'], source.lateness, { most: longestLatenessMs });
  const task = source.task === undefined ? null : readTaskOrder(source.task, durations);
  if (!trigger || activeHours === undefined) return undefined;
  const meant = {
    properties: new Set(properties.filter((name) => name !== anyProperty)),
    anyProperty: properties.includes(anyProperty),
    key,
    trigger,
    levels,
    unless: new Set(source.unless ?? []),
    activeHours,
    latenessMs,
  };
  return {
    ...meant,
    id: source.id,
    name: localText(source.name ?? source.id),
    source,
    enabled: source.enabled ?? true,
    category: source.category,
    severity: source.severity,
    lifeSafety: source.lifeSafety ?? isLifeSafety(source, properties),
    property: meant.properties.size === 1 && !meant.anyProperty ? (properties[0] ?? null) : null,
    selection: selectionOf(source),
    shadow: source.shadow ?? false,
    references: [...new Set(expressions.compiled.flatMap(({ condition }) => condition.references))],
    looksBack: expressions.compiled.some(({ condition }) => condition.looksBack),
    needs: expressions.compiled.flatMap(({ condition }) => condition.needs),
    task,
    meaning: meaningOf(meant),
  };
}

const isLifeSafety = (source: RuleSource, properties: readonly string[]): boolean =>
  (source.severity === 'critical' && source.category === 'fire') ||
  properties.some((name) => lifeSafetyProperties.has(name));

const selectionOf = ({ devices, residents }: RuleSource): Selection => ({
  kind: setOf(devices?.kind),
  place: setOf(devices?.place),
  tag: setOf(devices?.tag),
  id: setOf(devices?.id),
  livesAlone: residents?.livesAlone ?? null,
});
