import type { ApiReader } from '#api/ports.ts';
import type { Configuration } from '#model/configuration.ts';
import { parseRule } from '#rules/language/check-rules.ts';
import type { Rule } from '#rules/language/rule.ts';

/**
 * The community and its rules as the API sees them: read once, again after they changed. One for all API instances of a process, since a
 * change may come in by any of them; whoever changes the configuration otherwise calls `invalidate`.
 */
export class ConfigurationCache {
  readonly #reader: Pick<ApiReader, 'configuration' | 'get'>;
  #current: Configuration | undefined;
  readonly #rules = new Map<string, Rule | undefined>();
  readonly #followers = new Set<() => void>();

  constructor(reader: Pick<ApiReader, 'configuration' | 'get'>) {
    this.#reader = reader;
  }

  current(): Configuration {
    this.#current ??= this.#reader.configuration();
    return this.#current;
  }

  /** The rule as it stands now; undefined: there is none, or it does not load. */
  rule(id: string): Rule | undefined {
    if (!this.#rules.has(id)) {
      const stored = this.#reader.get('rule', id);
      const built = stored && parseRule({ ...stored.body, id });
      this.#rules.set(id, built && 'rule' in built ? built.rule : undefined);
    }
    return this.#rules.get(id);
  }

  invalidate(): void {
    this.#current = undefined;
    this.#rules.clear();
    for (const follower of this.#followers) follower();
  }

  /** `follower`, which does not throw, is called when something may have changed. Answers what ends that. */
  follow(follower: () => void): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }
}
