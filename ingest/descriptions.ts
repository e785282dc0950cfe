/** Plain JSON. */
type Body = Readonly<Record<string, unknown>>;

/** What a gateway has told of how something is to be read, and at which topics. */
export interface Description {
  readonly topics: readonly string[];
  /** The dialect's own; small, and JSON. */
  readonly body: Body;
}

/** Ten entities of a thousand devices each. */
const most = 10_000;
/** What is read at one topic; a message there says as much. */
const mostAtOnce = 512;
const longestKey = 512;
const longestBody = 4_096;

/**
 * What one gateway described, by the topic at which it did. A dialect has no state of its own: what it has to know of earlier
 * messages is kept here, as ingest's other memory is, and is a function of the log as that is.
 */
export class Descriptions {
  readonly #entries = new Map<string, Description>();
  readonly #byTopic = new Map<string, readonly Body[]>();
  readonly #dirty = new Set<string>();

  /** All that was described for a topic, in the order in which it came. */
  at(topic: string): readonly Body[] {
    return this.#byTopic.get(topic) ?? [];
  }

  /** Keeps, replaces or forgets (null) one; false: there is no room for it. */
  put(key: string, description: Description | null): boolean {
    const before = this.#entries.get(key);
    if (description !== null && !this.#hasRoom(key, description)) return false;
    if (before === undefined && description === null) return true;
    // All of it is retained, and comes again with each connection of the gateway.
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(description)) return true;
    this.#set(key, description);
    this.#dirty.add(key);
    return true;
  }

  get(key: string): Description | undefined {
    return this.#entries.get(key);
  }

  keys(): Iterable<string> {
    return this.#entries.keys();
  }

  /** Of all that a snapshot may have of it: also what was taken back since the last one. */
  restingKeys(): Iterable<string> {
    return new Set([...this.#entries.keys(), ...this.#dirty]);
  }

  /** What changed since the last call; null: it is gone. */
  *takeDirty(): Iterable<readonly [key: string, description: Description | null]> {
    for (const key of this.#dirty) yield [key, this.#entries.get(key) ?? null];
    this.#dirty.clear();
  }

  restore(key: string, description: Description): void {
    this.#set(key, description);
  }

  #hasRoom(key: string, { body, topics }: Description): boolean {
    if (key.length > longestKey || JSON.stringify([topics, body]).length > longestBody) return false;
    const before = this.#entries.get(key);
    const isFull = (topic: string): boolean =>
      this.at(topic).length >= mostAtOnce && before?.topics.includes(topic) !== true;
    return !topics.some(isFull) && (before !== undefined || this.#entries.size < most);
  }

  #set(key: string, description: Description | null): void {
    const before = this.#entries.get(key);
    for (const topic of before?.topics ?? []) {
      const left = this.at(topic).filter((body) => body !== before?.body);
      if (left.length === 0) this.#byTopic.delete(topic);
      else this.#byTopic.set(topic, left);
    }
    if (description === null) {
      this.#entries.delete(key);
      return;
    }
    this.#entries.set(key, description);
    for (const topic of new Set(description.topics))
      this.#byTopic.set(topic, [...this.at(topic), description.body]);
  }
}
