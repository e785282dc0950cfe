import type { RuleProblem } from '#model/rule.ts';
import type { WordedProblem } from '#rules/language/problem-texts.ts';
import type { Locate } from '#rules/language/rule-document.ts';

/** A key as files write it. */
export const fileKey = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Gathers what is wrong with one rule, each with its place in the file. */
export class Complaints {
  readonly #rule: string | null;
  readonly #locate: Locate;
  readonly #problems: RuleProblem[] = [];

  constructor(rule: string | null, locate: Locate) {
    this.#rule = rule;
    this.#locate = locate;
  }

  get problems(): readonly RuleProblem[] {
    return this.#problems;
  }
  get any(): boolean {
    return this.#problems.length > 0;
  }

  /** What is wrong, by its code or in words that are not ours. `at`: whether the key or the value is meant, or the character of an expression. */
  add(path: readonly string[], what: WordedProblem | string, at: 'key' | 'value' | number = 'value'): void {
    const spot = this.#locate(path, at);
    this.#problems.push({
      rule: this.#rule,
      path: path.join('.'),
      line: spot?.line ?? null,
      column: spot?.column ?? null,
      ...(typeof what === 'string' ? { message: what } : what),
    });
  }
}
