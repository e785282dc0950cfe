/** When a message that is under way was due and when it was sent, on the stopwatch; `dueMs` NaN: unknown. */
export interface FlightTimes {
  dueMs: number;
  sentMs: number;
}

const smallest = 16;

/**
 * The times of what one connection has under way, by message id, without an object for each: a ring that doubles when more
 * is under way than it has room for. Ids rise one by one, so that neighbours in time do not meet in one slot.
 */
export class FlightLog {
  #ids = new Uint16Array(smallest);
  #due = new Float64Array(smallest);
  #sent = new Float64Array(smallest);
  /** What `take` answers with; the same one each time. */
  readonly #taken: FlightTimes = { dueMs: Number.NaN, sentMs: Number.NaN };

  /** `messageId`: 1 to 65,535 [MQTT-2.3.1-1]. */
  put(messageId: number, dueMs: number, sentMs: number): void {
    while (this.#isTaken(messageId)) this.#double();
    const slot = messageId & (this.#ids.length - 1);
    this.#ids[slot] = messageId;
    this.#due[slot] = dueMs;
    this.#sent[slot] = sentMs;
  }

  /** Valid until the next call; NaN twice for a message that was not put in. */
  take(messageId: number): Readonly<FlightTimes> {
    const slot = messageId & (this.#ids.length - 1);
    const isKnown = this.#ids[slot] === messageId;
    this.#taken.dueMs = isKnown ? (this.#due[slot] ?? Number.NaN) : Number.NaN;
    this.#taken.sentMs = isKnown ? (this.#sent[slot] ?? Number.NaN) : Number.NaN;
    if (isKnown) this.#ids[slot] = 0;
    return this.#taken;
  }

  clear(): void {
    this.#ids.fill(0);
  }

  #isTaken(messageId: number): boolean {
    const standing = this.#ids[messageId & (this.#ids.length - 1)] ?? 0;
    return standing !== 0 && standing !== messageId;
  }

  #double(): void {
    const [ids, due, sent] = [this.#ids, this.#due, this.#sent];
    const size = ids.length * 2;
    this.#ids = new Uint16Array(size);
    this.#due = new Float64Array(size);
    this.#sent = new Float64Array(size);
    // Two that were apart in the small ring are apart in the large one.
    for (const [index, id] of ids.entries())
      if (id !== 0) {
        const slot = id & (size - 1);
        this.#ids[slot] = id;
        this.#due[slot] = due[index] ?? Number.NaN;
        this.#sent[slot] = sent[index] ?? Number.NaN;
      }
  }
}
