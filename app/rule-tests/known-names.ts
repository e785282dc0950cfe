import type { ComplaintList } from '#app/rule-tests/complaint-list.ts';
import { nearest } from '#app/rule-tests/nearest.ts';
import type { Path } from '#app/rule-tests/written-yaml.ts';
import type { Configuration } from '#model/configuration.ts';

export interface KnownNamesOptions {
  readonly complaints: ComplaintList;
  /** Null: there is something wrong with it, so no name is said to be unknown. */
  readonly configuration: Configuration | null;
  /** Ids of the rules that run; null as above. */
  readonly rules: readonly string[] | null;
}

/** The names that a test may use; an unknown one is a mistake, since it would be waited for in vain. */
export class KnownNames {
  readonly #complaints: ComplaintList;
  readonly #rules: readonly string[] | null;
  readonly #devices: readonly string[] | null;
  readonly #people: readonly string[] | null;
  readonly #targets: readonly string[] | null;

  constructor({ complaints, configuration, rules }: KnownNamesOptions) {
    const idsOf = (entries: Iterable<{ readonly id: string }>): readonly string[] =>
      [...entries].map(({ id }) => id);
    this.#complaints = complaints;
    this.#rules = rules;
    this.#devices = configuration && idsOf(configuration.devices());
    this.#people = configuration && idsOf(configuration.people());
    this.#targets = configuration && [
      ...idsOf(configuration.places()),
      ...idsOf(configuration.residents()),
      String(configuration.communityId),
    ];
  }

  device(id: string | undefined, path: Path): void {
    this.#check(id, this.#devices, { path, missing: 'there is no device' });
  }
  person(id: string | undefined, path: Path): void {
    this.#check(id, this.#people, { path, missing: 'there is no person' });
  }
  /** What may have a mode. */
  target(id: string, path: Path): void {
    this.#check(id, this.#targets, { path, missing: 'there is no place and no resident' });
  }
  rule(id: string | undefined, path: Path): void {
    this.#check(id, this.#rules, { path, missing: 'among the rules of this test is no' });
  }

  #check(
    id: string | undefined,
    known: readonly string[] | null,
    { missing, path }: { readonly missing: string; readonly path: Path },
  ): void {
    if (id === undefined || known === null || known.includes(id)) return;
    this.#complaints.add(path, `${missing} ${id}${nearest(id, known)}`);
  }
}
