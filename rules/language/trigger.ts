import type { RuleSource } from '#model/rule.ts';
import { type Complaints, fileKey } from '#rules/language/complaints.ts';
import { type Condition, compileCondition } from '#rules/language/condition.ts';
import type { Durations } from '#rules/language/durations.ts';
import type { CelType } from '#rules/language/environment.ts';
import type { Level, Trigger } from '#rules/language/rule.ts';

/** Compiles the expressions of one rule; complains at the character that is wrong. */
export class Expressions {
  readonly #type: CelType;
  readonly #complaints: Complaints;
  readonly #compiled: Condition[] = [];

  constructor(type: CelType, complaints: Complaints) {
    this.#type = type;
    this.#complaints = complaints;
  }

  get compiled(): readonly Condition[] {
    return this.#compiled;
  }

  compile(path: readonly string[], text: string): Condition | undefined {
    const result = compileCondition(text, this.#type);
    if ('judge' in result) {
      this.#compiled.push(result);
      return result;
    }
    this.#complaints.add(path, result.message, result.offset);
    return undefined;
  }
}

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
    if (source.silentFor === 'auto' || source.silentFor === 'expected')
      return { kind: 'silence', silent: source.silentFor };
    return { kind: 'silence', silent: durations.read(['silentFor'], source.silentFor, { least: 1 }) };
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

/** In the order of the file; a level that is wrong is left out and complained of. */
export function readLevels({ source, expressions }: Reading): readonly Level[] {
  return (source.levels ?? []).flatMap((level, index) => {
    const when = expressions.compile(['levels', String(index), 'when'], level.when);
    return when ? [{ when, severity: level.severity }] : [];
  });
}
