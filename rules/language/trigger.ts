import type { RestlessTemplate, RuleSource } from '#model/rule.ts';
import type { Placed } from '#rules/language/check-conditions.ts';
import { type Complaints, fileKey } from '#rules/language/complaints.ts';
import { type Condition, compileCondition } from '#rules/language/condition.ts';
import type { Durations } from '#rules/language/durations.ts';
import type { HabitTrigger, Level, Trigger } from '#rules/language/rule.ts';
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

type Key = 'when' | 'clear' | 'for' | 'forGap' | 'clearFor' | 'event' | 'levels' | 'activeHours';

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
      ['clear', 'for', 'forGap', 'clearFor', 'event', 'levels'],
      "has no meaning with 'silent-for'",
      complaints,
    );
    return readSilence(source, source.silentFor, { durations, complaints });
  }
  if (source.restlessFor !== undefined) {
    refuse(
      source,
      ['when', 'clear', 'for', 'forGap', 'clearFor', 'event', 'levels'],
      "has no meaning with 'restless-for'",
      complaints,
    );
    checkHabit(source, 'restlessFor', complaints);
    const lengths = readHabit('restlessFor', source.restlessFor, durations);
    return { kind: 'habit', state: 'roaming', ...lengths, mostMs: null };
  }
  if (source.when === undefined) {
    complaints.add([], "needs 'when' or 'silent-for'", 'key');
    return undefined;
  }
  const when = expressions.compile(['when'], source.when);
  if (source.event === true) {
    refuse(source, ['clear', 'for', 'forGap', 'clearFor'], "has no meaning with 'event'", complaints);
    return when && { kind: 'event', when };
  }
  const clear = source.clear === undefined ? null : expressions.compile(['clear'], source.clear);
  const forMs = durations.optional(['for'], source.for) ?? 0;
  const clearForMs = durations.optional(['clearFor'], source.clearFor) ?? 0;
  const gap = readGap(source, forMs, { durations, complaints });
  return when && clear !== undefined ? { kind: 'state', when, clear, forMs, ...gap, clearForMs } : undefined;
}

/** It ends a waiting, so there has to be one that is longer. */
function readGap(
  { forGap }: RuleSource,
  forMs: number,
  { durations, complaints }: Pick<Reading, 'durations' | 'complaints'>,
): { readonly forGapMs?: number } {
  if (forGap === undefined) return {};
  const forGapMs = durations.read(['forGap'], forGap, { least: 1 });
  if (forGapMs >= forMs) complaints.add(['forGap'], "must be shorter than 'for', whose waiting it ends");
  return { forGapMs };
}

function readSilence(
  source: RuleSource,
  silentFor: NonNullable<RuleSource['silentFor']>,
  { durations, complaints }: Pick<Reading, 'durations' | 'complaints'>,
): Trigger {
  if (silentFor === 'auto' || silentFor === 'expected') return { kind: 'silence', silent: silentFor };
  if (typeof silentFor === 'string')
    return { kind: 'silence', silent: durations.read(['silentFor'], silentFor, { least: 1 }) };
  checkHabit(source, 'silentFor', complaints);
  const lengths = readHabit('silentFor', silentFor, durations);
  const mostMs = durations.optional(['silentFor', 'most'], silentFor.most) ?? null;
  if (mostMs !== null && lengths.leastMs > mostMs)
    complaints.add(
      ['silentFor', 'least'],
      `'least' (${silentFor.least}) is longer than 'most' (${silentFor.most})`,
    );
  return { kind: 'habit', state: silentFor.state, ...lengths, mostMs };
}

function checkHabit(source: RuleSource, name: 'silentFor' | 'restlessFor', complaints: Complaints): void {
  if (source.key !== 'resident')
    complaints.add([name], "a person's habits need 'key: resident': they are learned for each resident");
  if ([source.property].flat().includes('*'))
    complaints.add(['property'], "a person's habits are learned from named properties, not from '*'");
}

function readHabit(
  name: 'silentFor' | 'restlessFor',
  { usual, least, learn = '7d' }: RestlessTemplate,
  durations: Durations,
): Pick<HabitTrigger, 'usual' | 'leastMs' | 'learnMs'> {
  const leastMs = durations.read([name, 'least'], least, { least: 1 });
  return { usual, leastMs, learnMs: durations.read([name, 'learn'], learn, { least: dayMs }) };
}

/** In the order of the file; a level that is wrong is left out and complained of. */
export function readLevels({ source, expressions }: Reading): readonly Level[] {
  return (source.levels ?? []).flatMap((level, index) => {
    const when = expressions.compile(['levels', String(index), 'when'], level.when);
    return when ? [{ when, severity: level.severity }] : [];
  });
}
