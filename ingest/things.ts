import type { Descriptions } from '#ingest/descriptions.ts';

/** Before the numbers of things, among what a gateway described. */
const before = 'thing/';

/** Which thing a gateway carries under which name, by the number that its maker gave it: as it said last, also of those that are away. */
export class Things {
  readonly #descriptions: Descriptions;
  readonly #names = new Map<string, string>();
  readonly #bearers = new Map<string, string>();

  constructor(descriptions: Descriptions) {
    this.#descriptions = descriptions;
    for (const key of descriptions.keys()) {
      const name = key.startsWith(before) ? descriptions.get(key)?.body['name'] : undefined;
      if (typeof name !== 'string') continue;
      const number = key.slice(before.length);
      this.#names.set(number, name);
      this.#bearers.set(name, number);
    }
  }

  nameOf(number: string): string | undefined {
    return this.#names.get(number);
  }
  bearerOf(name: string): string | undefined {
    return this.#bearers.get(name);
  }

  /** From now on. A name is one thing's: who had it before has none until it is named again. */
  put(named: readonly (readonly [number: string, name: string])[]): void {
    const numbers = new Set(named.map(([number]) => number));
    for (const [, name] of named) {
      const other = this.#bearers.get(name);
      if (other !== undefined && !numbers.has(other)) this.#forget(other);
    }
    for (const [number, name] of named) {
      if (this.#names.get(number) === name) continue;
      if (this.#describe(number, name)) continue;
      // There is room for those that are there.
      for (const known of this.#names.keys()) if (!numbers.has(known)) this.#forget(known);
      this.#describe(number, name);
    }
  }

  #describe(number: string, name: string): boolean {
    return this.#descriptions.put(`${before}${number}`, { topics: [], body: { name } });
  }

  #forget(number: string): void {
    this.#descriptions.put(`${before}${number}`, null);
  }
}
