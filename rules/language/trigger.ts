import type { RestlessTemplate, RuleSource } from '#model/rule.ts';
import type { Placed } from '#rules/language/check-conditions.ts';
import { type Complaints, fileKey } from '#rules/language/complaints.ts';
import { type Condition, compileCondition } from '#rules/language/condition.ts';
import type { Durations } from '#rules/language/durations.ts';
import { problemOf } from '#rules/language/problem-texts.ts';
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

function refuse(
  { source, complaints }: Pick<Reading, 'source' | 'complaints'>,
  names: readonly Key[],
  [code, other]: readonly ['exclusive' | 'no-meaning', string],
): void {
  for (const name of names)
    if (source[name] !== undefined)
      complaints.add([name], problemOf(code, { key: fileKey(name), other }), 'key');
}

interface Reading {
  readonly source: RuleSource;
  readonly expressions: Expressions;
  readonly durations: Durations;
  readonly complaints: Complaints;
}

/** What makes the rule fire; undefined after a complaint. */
export function readTrigger(reading: Reading): Trigger | undefined {
  const { source, expressions, durations, complaints } = reading;
  if (source.silentFor !== undefined) {
    refuse(reading, ['when'], ['exclusive', 'silent-for']);
    refuse(reading, ['clear', 'for', 'forGap', 'clearFor', 'event', 'levels'], ['no-meaning', 'silent-for']);
    return readSilence(source, source.silentFor, { durations, complaints });
  }
  if (source.restlessFor !== undefined) {
    refuse(
      reading,
      ['when', 'clear', 'for', 'forGap', 'clearFor', 'event', 'levels'],
      ['no-meaning', 'restless-for'],
    );
    checkHabit(source, 'restlessFor', complaints);
    const lengths = readHabit('restlessFor', source.restlessFor, durations);
    return { kind: 'habit', state: 'roaming', ...lengths, mostMs: null };
  }
  if (source.when === undefined) {
    complaints.add([], problemOf('needs-condition'), 'key');
    return undefined;
  }
  const when = expressions.compile(['when'], source.when);
  if (source.event === true) {
    refuse(reading, ['clear', 'for', 'forGap', 'clearFor'], ['no-meaning', 'event']);
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
  if (forGapMs >= forMs) complaints.add(['forGap'], problemOf('gap-too-long'));
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
      problemOf('least-over-most', { least: silentFor.least, most: silentFor.most ?? '' }),
    );
  return { kind: 'habit', state: silentFor.state, ...lengths, mostMs };
}

function checkHabit(source: RuleSource, name: 'silentFor' | 'restlessFor', complaints: Complaints): void {
  if (source.key !== 'resident') complaints.add([name], problemOf('habit-of-nobody'));
  if ([source.property].flat().includes('*')) complaints.add(['property'], problemOf('habit-of-anything'));
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
