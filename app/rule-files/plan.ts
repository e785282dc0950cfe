import { type GivenRule, storedRule } from '#api/rule-body.ts';
import { type RuleChange, type RuleChanges, ruleChanges } from '#app/rule-changes.ts';
import type { RuleFileContent } from '#app/rule-files/rule-file.ts';
import { mostRules, type RuleProblem } from '#model/rule.ts';
import {
  asSaid,
  asSourceHasIt,
  fileActor,
  fileOf,
  isSameRule,
  libraryActor,
  type RuleBody,
  type RuleVersion,
} from '#model/rule-version.ts';
import { parseRule } from '#rules/language/check-rules.ts';

export interface FilePlanParts {
  readonly files: readonly RuleFileContent[];
  /** Files that the store knows and that are away, for good. */
  readonly gone: ReadonlySet<string>;
  readonly standing: readonly RuleVersion[];
  /** The newest version of a rule, deletions included. */
  readonly last: (id: string) => RuleVersion | undefined;
  /** The versions of a rule before one of them, newest first. */
  readonly earlier: (version: RuleVersion) => readonly RuleVersion[];
  /** As the sources put each rule last. */
  readonly bases: readonly RuleVersion[];
  readonly library: ReadonlyMap<string, RuleBody>;
}

export interface FilePlan {
  readonly changes: readonly RuleChanges[];
  /** What is wrong with each file, by name; none: nothing is. */
  readonly problems: ReadonlyMap<string, readonly RuleProblem[]>;
}

/**
 * What differs between the rule files and the store, as changes that make the store follow. A file wins over the library
 * and over who edited the rule; of two files with the same rule the one counts that has it already, else the first by
 * name. A broken rule never takes the place of one that works.
 */
export function planRuleFiles(parts: FilePlanParts): FilePlan {
  const planner = new Planner(parts);
  const puts = parts.files.flatMap((file) => planner.puts(file));
  return { changes: [...puts, ...planner.deletions()], problems: planner.problems };
}

class Planner {
  readonly problems = new Map<string, readonly RuleProblem[]>();
  readonly #parts: FilePlanParts;
  readonly #standing: ReadonlyMap<string, RuleVersion>;
  readonly #bases: ReadonlyMap<string, RuleVersion>;
  /** The file that counts, by rule. */
  readonly #owners = new Map<string, string>();
  /** New rules that there is room for. */
  #room: number;

  constructor(parts: FilePlanParts) {
    this.#parts = parts;
    this.#room = mostRules - parts.standing.length;
    this.#standing = new Map(parts.standing.map((version) => [version.rule, version]));
    this.#bases = new Map(parts.bases.map((base) => [`${base.actor} ${base.rule}`, base]));
    const files = new Map(parts.files.map((file) => [file.name, file]));
    for (const { origin, rule } of parts.standing) {
      const file = files.get(fileOf(origin) ?? '');
      // One with a mistake may have the rule all the same: no other file takes it from it.
      if (file && (!file.isWhole || file.rules.some(({ id }) => id === rule)))
        this.#owners.set(rule, file.name);
    }
    for (const { name, rules } of parts.files)
      for (const { id } of rules) if (!this.#owners.has(id)) this.#owners.set(id, name);
  }

  puts({ name, problems, rules }: RuleFileContent): readonly RuleChanges[] {
    const found = [...problems];
    const changes: RuleChange[] = [];
    for (const rule of rules) {
      const owner = this.#owners.get(rule.id);
      const refuse = (message: string): void => {
        found.push({ file: name, rule: rule.id, path: 'id', line: null, column: null, message });
      };
      if (owner !== name) refuse(`${owner} has a rule ${rule.id}, too, and counts`);
      else if (!this.#hasRoom(rule)) refuse(`there are at most ${mostRules} rules: it is not taken over`);
      else {
        const change = this.#put(name, rule);
        found.push(...rule.problems);
        if (change) changes.push(change);
      }
    }
    if (found.length > 0) this.problems.set(name, found);
    return changes.length === 0 ? [] : [ruleChanges(fileActor(name), `as in ${name}`, changes)];
  }

  /** Rules whose file has them no longer: the library's come back, the others go. */
  deletions(): readonly RuleChanges[] {
    const { files, gone, library } = this.#parts;
    const readable = new Map(files.map((file) => [file.name, file.isWhole]));
    return this.#parts.standing.flatMap((seen) => {
      const name = fileOf(seen.origin);
      if (name === null || this.#owners.has(seen.rule)) return [];
      if (!gone.has(name) && readable.get(name) !== true) return [];
      const body = library.get(seen.rule) ?? null;
      const actor = body === null ? fileActor(name) : libraryActor;
      return [ruleChanges(actor, `no longer in ${name}`, [{ id: seen.rule, body, seen }])];
    });
  }

  #hasRoom({ id }: GivenRule): boolean {
    if (this.#standing.has(id)) return true;
    this.#room--;
    return this.#room >= 0;
  }

  #put(name: string, rule: GivenRule): RuleChange | null {
    const { id } = rule;
    const seen = this.#parts.last(id);
    const standing = this.#standing.get(id);
    const written = storedRule(rule);
    const base = this.#bases.get(`${fileActor(name).id} ${id}`);
    const isMine = standing !== undefined && fileOf(standing.origin) === name;
    const stands = standing?.source ?? null;
    const body =
      isMine && stands
        ? asSourceHasIt(written, base ? asSaid(written, base, this.#parts.earlier) : null, stands)
        : written;
    if (isMine && stands && isSameRule(body, stands)) return null;
    if (rule.problems.length > 0 && stands && isValid({ ...stands, id })) return null;
    return { id, body, seen };
  }
}

const isValid = (source: RuleBody): boolean => 'rule' in parseRule(source);
