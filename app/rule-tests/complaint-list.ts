import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { issuesOf } from '#api/validation.ts';
import type { Path, WrittenYaml } from '#app/rule-tests/written-yaml.ts';
import type { RuleProblem } from '#model/rule.ts';

/** Gathers what is wrong with one test file, each with its place. */
export class ComplaintList {
  readonly yaml: WrittenYaml;
  readonly #problems: RuleProblem[] = [];

  constructor(yaml: WrittenYaml) {
    this.yaml = yaml;
  }

  /** In the order of the file; those of other files behind. */
  get problems(): readonly RuleProblem[] {
    return this.#problems.toSorted(
      (a, b) =>
        Number(a.file !== this.yaml.file) - Number(b.file !== this.yaml.file) ||
        (a.line ?? 0) - (b.line ?? 0) ||
        (a.column ?? 0) - (b.column ?? 0),
    );
  }

  add(path: Path, message: string, at: 'key' | 'value' = 'value'): void {
    this.#problems.push(this.yaml.problem(path, message, at));
  }

  /** What was found in another file. */
  take(problems: readonly RuleProblem[]): void {
    this.#problems.push(...problems);
  }

  /** Whether the part is as it has to be; says everything that is not. */
  fits<T extends TSchema>(schema: T, value: unknown, path: Path): value is Static<T> {
    const validator = compiled(schema);
    if (validator.Check(value)) return true;
    const issues = issuesOf(validator.Errors(value));
    const told = new Set<string>();
    for (const issue of issues) {
      // The first that is said of a part is what is meant.
      if (told.has(issue.path)) continue;
      told.add(issue.path);
      const below = [...path, ...segments(issue.path)];
      if (issue.message === 'is missing') this.add(path, `'${kebab(below.at(-1))}' is missing`);
      else if (issue.message === 'is not known')
        this.add(below, `unknown key '${kebab(below.at(-1))}'`, 'key');
      else this.add(below, expectation(issue.message, below));
    }
    if (issues.length === 0) this.add(path, 'is not what is expected here');
    return false;
  }
}

/** Who writes `at: 60` has to be told the unit, not the type. */
const expectation = (message: string, path: Path): string =>
  message === 'must be string' && momentKeys.has(path.at(-1))
    ? 'must be a time such as 90s, 1h30m or 2026-01-01T22:30'
    : message;
const momentKeys: ReadonlySet<unknown> = new Set([
  'at',
  'from',
  'to',
  'every',
  'arrives',
  'until',
  'startedAt',
  'clearedAt',
  'start',
]);

const validators = new WeakMap<TSchema, Validator>();

function compiled(schema: TSchema): Validator {
  const known = validators.get(schema);
  if (known) return known;
  const validator = Compile(schema);
  validators.set(schema, validator);
  return validator;
}

/** `places[2].kind` → places, 2, kind. */
export const segments = (path: string): Path =>
  [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([name, index]) =>
    index === undefined ? name : Number(index),
  );

const kebab = (part: string | number | undefined): string =>
  String(part).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
