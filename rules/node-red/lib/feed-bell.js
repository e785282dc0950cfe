'use strict';

const { Backoff, pauseFor } = require('./pause.js');

/** Asked for as long as Gridbell lets one wait. */
const waitSeconds = 25;
/** A bell that rings without pause rings no more often than this: who hears it asks for all that there is by then. */
const leastMs = 50;

/**
 * Rings when a feed may have something new. However many sources follow it, one request waits for all of them: Gridbell bounds how many of one
 * token may wait.
 */
class FeedBell {
  #connection;
  #feed;
  #listeners = new Set();
  #stopping = null;
  #count = 0;

  constructor(connection, feed) {
    this.#connection = connection;
    this.#feed = feed;
  }

  /** How often it rang: to be read before one looks, and given to `after`. */
  get count() {
    return this.#count;
  }

  /** Resolves when it rang after `count`, at once where it did; or when `signal` is aborted. */
  after(count, signal) {
    if (this.#count > count || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.#listeners.delete(done);
        signal.removeEventListener('abort', done);
        if (this.#listeners.size === 0) this.#rest();
        resolve();
      };
      this.#listeners.add(done);
      signal.addEventListener('abort', done);
      this.#stopping ??= this.#begin();
    });
  }

  #begin() {
    const stopping = new AbortController();
    void this.#work(stopping.signal);
    return stopping;
  }

  /** Soon nobody may listen because all of them look; only who does not come back lets it fall silent. */
  #rest() {
    setTimeout(() => {
      if (this.#listeners.size > 0) return;
      this.#stopping?.abort();
      this.#stopping = null;
    }, 1_000).unref();
  }

  async #work(signal) {
    const backoff = new Backoff(30_000);
    let place;
    while (!signal.aborted) {
      try {
        const began = process.hrtime.bigint();
        // Without a cursor it answers that of now: all before it is to be had.
        place = (await this.#connection.call('GET', this.#feed, { signal })).next;
        this.#ring();
        await this.#connection.call('GET', this.#feed, {
          query: { after: place, wait: waitSeconds, limit: 1 },
          signal,
          timeoutMs: (waitSeconds + 15) * 1_000,
        });
        backoff.reset();
        const took = Number(process.hrtime.bigint() - began) / 1e6;
        if (took < leastMs) await pauseFor(leastMs - took, signal);
      } catch (error) {
        // Who listens asks by themselves, and hears why it fails.
        this.#ring();
        await pauseFor(Math.max(backoff.next(), error.afterMs ?? 0), signal);
      }
    }
  }

  #ring() {
    this.#count += 1;
    for (const listener of this.#listeners) listener();
  }
}

module.exports = { FeedBell };
