import type { RuleSource } from '#model/rule.ts';
import type { Placed } from '#rules/language/check-conditions.ts';
import { type Complaints, fileKey } from '#rules/language/complaints.ts';
import { type Condition, compileCondition } from '#rules/language/condition.ts';
import type { Durations } from '#rules/language/durations.ts';
import type { Level, Trigger } from '#rules/language/rule.ts';
import type { CelType } from '#rules/language/value-type.ts';

/** Compiles the expressions of one rule; complains at the character that is wrong. */
export class Expressions {
  readonly #type: CelType;
  readonly #complaints: Complaints;
  readonly #compiled: Placed[] = [];

  constructor(type: CelType, complaints: Complaints) {
    this.#type = type;
    this.#complaints = complaints;
  }

  get compiled(): readonly Placed[] {
    return this.#compiled;
  }

  compile(path: readonly string[], text: string): Condition | undefined {
    const result = compileCondition(text, this.#type);
    if ('judge' in result) {
      this.#compiled.push({ path, condition: result });
      return result;
    }
    this.#complaints.add(path, result.message, result.offset);
    return undefined;
  }
}

const dayMs = 24 * 3_600_000;

type Key = 'when' | 'clear' | 'for' | 'clearFor' | 'event' | 'levels' | 'activeHours';

function refuse(source: RuleSource, names: readonly Key[], why: string, complaints: Complaints): void {
  for (const name of names)
    if (source[name] !== undefined) complaints.add([name], `'${fileKey(name)}' ${why}`, 'key');
}

interface Reading {
  readonly source: RuleSource;
  readonly expressions: Expressions;
  readonly durations: Durations;
  readonly complaints: Complaints;
}

/** What makes the rule fire; undefined after a complaint. */
export function readTrigger({ source, expressions, durations, complaints }: Reading): Trigger | undefined {
  if (source.silentFor !== undefined) {
    refuse(source, ['when'], "and 'silent-for' exclude each other", complaints);
    refuse(
      source,
      ['clear', 'for', 'clearFor', 'event', 'levels'],
      "has no meaning with 'silent-for'",
      complaints,
    );
    return readSilence(source, source.silentFor, { durations, complaints });
  }
  if (source.when === undefined) {
    complaints.add([], "needs 'when' or 'silent-for'", 'key');
    return undefined;
  }
  const when = expressions.compile(['when'], source.when);
  if (source.event === true) {
    refuse(source, ['clear', 'for', 'clearFor'], "has no meaning with 'event'", complaints);
    return when && { kind: 'event', when };
  }
  const clear = source.clear === undefined ? null : expressions.compile(['clear'], source.clear);
  const forMs = durations.optional(['for'], source.for) ?? 0;
  const clearForMs = durations.optional(['clearFor'], source.clearFor) ?? 0;
  return when && clear !== undefined ? { kind: 'state', when, clear, forMs, clearForMs } : undefined;
}

function readSilence(
  source: RuleSource,
  silentFor: NonNullable<RuleSource['silentFor']>,
  { durations, complaints }: Pick<Reading, 'durations' | 'complaints'>,
): Trigger {
  if (silentFor === 'auto' || silentFor === 'expected') return { kind: 'silence', silent: silentFor };
  if (typeof silentFor === 'string')
    return { kind: 'silence', silent: durations.read(['silentFor'], silentFor, { least: 1 }) };
  if (source.key !== 'resident')
    complaints.add(
      ['silentFor'],
      "a person's habits need 'key: resident': they are learned for each resident",
    );
  if ([source.property].flat().includes('*'))
    complaints.add(['property'], "a person's habits are learned from named properties, not from '*'");
  const leastMs = durations.read(['silentFor', 'least'], silentFor.least, { least: 1 });
  const mostMs = durations.read(['silentFor', 'most'], silentFor.most, { least: 1 });
  if (leastMs > mostMs)
    complaints.add(
      ['silentFor', 'least'],
      `'least' (${silentFor.least}) is longer than 'most' (${silentFor.most})`,
    );
  const learn = silentFor.learn ?? '7d';
  const learnMs = durations.read(['silentFor', 'learn'], learn, { least: dayMs });
  return { kind: 'habit', state: silentFor.state, usual: silentFor.usual, leastMs, mostMs, learnMs };
}

/** In the order of the file; a level that is wrong is left out and complained of. */
export function readLevels({ source, expressions }: Reading): readonly Level[] {
  return (source.levels ?? []).flatMap((level, index) => {
    const when = expressions.compile(['levels', String(index), 'when'], level.when);
    return when ? [{ when, severity: level.severity }] : [];
  });
}
