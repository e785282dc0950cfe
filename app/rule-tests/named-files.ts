import { dirname, relative, resolve } from 'node:path';
import type { ComplaintList } from '#app/rule-tests/complaint-list.ts';
import { type RuleUnderTest, rulesInFile, ruleWithin } from '#app/rule-tests/rules-under-test.ts';
import { type CommunitySource, type TestCommunity, testCommunity } from '#app/rule-tests/test-community.ts';
import { type Path, type Read, WrittenYaml } from '#app/rule-tests/written-yaml.ts';
import { messageOf } from '#model/errors.ts';
import { loadLibrary } from '#rules/library/load.ts';

const yamlName = /\.(ya?ml|json)$/;

export interface FileAccess {
  /** Throws when it cannot be read. */
  readonly read: (path: string) => string;
  /** The community of tests that name none. */
  readonly usualCommunity: string;
  /** Community files that were read already, by path: many tests name the same one, and it is the longest file of all. */
  readonly communities?: Map<string, Read>;
}

/** What the head of a test file names: rules and a community, each in a file or written in place. */
export class NamedFiles {
  readonly #complaints: ComplaintList;
  readonly #access: FileAccess;

  constructor(complaints: ComplaintList, access: FileAccess) {
    this.#complaints = complaints;
    this.#access = access;
  }

  /** Those that are given; else those of the rule file beside the test, `smoke.yaml` of `smoke.test.yaml`; else the library. */
  rules(given: unknown): readonly RuleUnderTest[] {
    if (given === undefined) return this.#usualRules();
    const entries: readonly unknown[] = Array.isArray(given) ? given : [given];
    const rules = entries.flatMap((entry, index) =>
      this.#rulesOf(entry, Array.isArray(given) ? ['rules', index] : ['rules']),
    );
    const seen = new Set<string>();
    for (const { id } of rules) {
      if (seen.has(id)) this.#complaints.add(['rules'], `a rule '${id}' is there twice`);
      seen.add(id);
    }
    return rules;
  }

  /** Undefined when something is wrong with it. `further`: entries that come to it. */
  community(given: unknown, further: unknown): TestCommunity | undefined {
    const base = this.#communitySource(given);
    if (!base) return undefined;
    const { yaml } = this.#complaints;
    const more = further === undefined ? undefined : { yaml, path: ['with'], value: further };
    const community = testCommunity(base, more);
    if (!('problems' in community)) return community;
    this.#complaints.take(community.problems);
    return undefined;
  }

  #usualRules(): readonly RuleUnderTest[] {
    const beside = this.#complaints.yaml.file.replace(/\.test(\.ya?ml)$/, '$1');
    if (beside === this.#complaints.yaml.file) return loadLibrary();
    let text: string;
    try {
      text = this.#access.read(beside);
    } catch {
      return loadLibrary();
    }
    return this.#take(rulesInFile(beside, text));
  }

  #rulesOf(entry: unknown, path: Path): readonly RuleUnderTest[] {
    if (typeof entry !== 'string') return this.#take(ruleWithin(this.#complaints.yaml, path, entry));
    const file = this.#open(entry, path);
    return file ? this.#take(rulesInFile(file.shown, file.text)) : [];
  }

  #take(found: ReturnType<typeof rulesInFile>): readonly RuleUnderTest[] {
    if ('rules' in found) return found.rules;
    this.#complaints.take(found.problems);
    return [];
  }

  #communitySource(given: unknown): CommunitySource | undefined {
    const { usualCommunity } = this.#access;
    if (given !== undefined && typeof given !== 'string')
      return { yaml: this.#complaints.yaml, path: ['community'], value: given };
    const file = this.#open(given ?? resolve(usualCommunity), ['community']);
    if (!file) return undefined;
    const { communities } = this.#access;
    const written = communities?.get(file.shown) ?? WrittenYaml.read(file.shown, file.text);
    communities?.set(file.shown, written);
    if (!('problems' in written)) return { yaml: written.yaml, path: [], value: written.yaml.value };
    this.#complaints.take(written.problems);
    return undefined;
  }

  /** A file by its name relative to the test. `shown`: as people find it from where they are. */
  #open(name: string, path: Path): { readonly text: string; readonly shown: string } | undefined {
    const { file } = this.#complaints.yaml;
    if (!yamlName.test(name)) {
      // What is wrong is told with a part of what the file says: a test is not to show any file of the machine.
      this.#complaints.add(path, 'must name a file that ends in .yaml, .yml or .json');
      return undefined;
    }
    const whole = resolve(dirname(file), name);
    const shown = file.startsWith('/') ? whole : relative('', whole);
    try {
      return { text: this.#access.read(whole), shown };
    } catch (error) {
      this.#complaints.add(path, messageOf(error));
      return undefined;
    }
  }
}
