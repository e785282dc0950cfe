'use strict';

const { isBefore } = require('./cursor.js');
const { Backoff, pauseFor } = require('./pause.js');

/** Asked for at a time. */
const mostItems = 500;

/**
 * Where one source is in a feed of Gridbell: how far it has read, and what of that is not finished. Kept in a file, so that after a crash exactly
 * what was not finished is sent again, and nothing is left out. It reads no further while `window` messages are unfinished.
 *
 * `parts`: `file` (PlaceFile); `server`, of whom the cursors are; `read(after, limit, signal)` → `{items, next, more}` and `readNow(signal)` →
 * cursor, which throw Refusals; `bell` (FeedBell); `window`; `startsNow`: what came while nobody followed is not wanted; `timeOf(item)` → ISO;
 * `send(item, {onFinished, onLost})` → what `supersede` takes; and who is told: `onReading()`, `onProblem(error, ms)`, `onProgress()`,
 * `onGap({since, until})` (`since` null: not known).
 */
class Follower {
  #parts;
  #closing = new AbortController();
  /** By position, in their order: `before`, the cursor that leads to it; `item`; `sent`, what `send` gave. */
  #items = new Map();
  #next = null;
  /** After a start: up to `end` only what is `left` is sent, from `from` on. */
  #again = null;
  #at = null;
  #gapSince = undefined;
  #room = null;
  #running = Promise.resolve();

  constructor(parts) {
    this.#parts = parts;
  }

  /** How many are sent and not finished. */
  get unfinished() {
    return this.#items.size;
  }

  /** What `send` gave for those, the oldest first. */
  sent() {
    return [...this.#items.values()].map(({ sent }) => sent);
  }

  start() {
    this.#running = this.#work();
  }

  /** Everything that is not finished is sent again after the next start; `isRemoved`: there will be none. */
  async close(isRemoved) {
    this.#closing.abort();
    this.#room?.resolve();
    await this.#running;
    for (const { sent } of this.#items.values()) this.#parts.supersede(sent);
    const { file } = this.#parts;
    await (isRemoved ? file.remove() : file.close());
  }

  get #isClosing() {
    return this.#closing.signal.aborted;
  }

  async #work() {
    const { bell, onReading } = this.#parts;
    await this.#insist(() => this.#begin());
    while (!this.#isClosing) {
      const heard = bell.count;
      await this.#hasRoom();
      const page = await this.#insist(() => this.#read());
      if (this.#isClosing) return;
      onReading();
      await this.#take(page);
      if (!page.more) await bell.after(heard, this.#closing.signal);
    }
  }

  /** A source that is refused tries on: a person may give it another token, or another role. */
  async #insist(work) {
    const backoff = new Backoff();
    while (!this.#isClosing) {
      try {
        return await work();
      } catch (error) {
        if (this.#isClosing) break;
        const ms = Math.max(backoff.next(), error.afterMs ?? 0);
        this.#parts.onProblem(error, ms);
        await pauseFor(ms, this.#closing.signal);
      }
    }
    return undefined;
  }

  async #begin() {
    const { file, readNow, server, startsNow } = this.#parts;
    const place = await file.read();
    if (place?.server === server && !startsNow) {
      const { at, from, next, unfinished } = place;
      this.#at = at;
      this.#next = unfinished.length > 0 ? from : next;
      if (unfinished.length > 0) this.#again = { from, end: next, left: new Set(unfinished) };
      return;
    }
    this.#next = await readNow(this.#closing.signal);
    // Before anything is read: who is killed now goes on from here, not from whenever it comes back.
    await this.#write();
  }

  async #read() {
    const limit = this.#again ? mostItems : Math.min(mostItems, this.#roomLeft);
    const after = this.#next;
    try {
      const page = await this.#parts.read(after, limit, this.#closing.signal);
      return { ...page, after };
    } catch (error) {
      const oldest = error.code === 'gone' ? error.problem.oldest : undefined;
      if (typeof oldest !== 'string') throw error;
      this.#gapSince = this.#at;
      this.#again = null;
      return { after: oldest, items: [], next: oldest, more: true };
    }
  }

  async #take({ after, items, next }) {
    let before = after;
    for (const item of items) {
      const { position } = item;
      if (this.#isWanted(position)) {
        await this.#hasRoom();
        if (this.#isClosing) return;
        this.#add(item, before);
      }
      before = position;
      this.#reach(position);
    }
    this.#reach(next);
    this.#changed();
  }

  #isWanted(position) {
    const again = this.#again;
    return again === null || isBefore(again.end, position) || again.left.delete(position);
  }

  #add(item, before) {
    this.#at = this.#parts.timeOf(item);
    if (this.#gapSince !== undefined) {
      this.#parts.onGap({ since: this.#gapSince, until: this.#at });
      this.#gapSince = undefined;
    }
    const entry = { before, item, sent: null };
    this.#items.set(item.position, entry);
    this.#send(entry);
  }

  #send(entry) {
    const { onProgress, send, supersede } = this.#parts;
    entry.sent = send(entry.item, {
      onFinished: () => this.#finished(entry),
      onLost: () => {
        supersede(entry.sent);
        if (!this.#isClosing) this.#send(entry);
      },
    });
    onProgress();
  }

  #finished(entry) {
    if (this.#isClosing) return;
    const { position } = entry.item;
    // After a backup was put back the same position may be another one's.
    if (this.#items.get(position) === entry) this.#items.delete(position);
    this.#changed();
    this.#room?.resolve();
    this.#parts.onProgress();
  }

  #reach(cursor) {
    this.#next = cursor;
    // What is left was erased, or is for others to see now.
    if (this.#again && !isBefore(cursor, this.#again.end)) this.#again = null;
  }

  get #roomLeft() {
    return this.#parts.window - this.#items.size;
  }

  async #hasRoom() {
    while (this.#roomLeft <= 0 && !this.#isClosing) {
      this.#room = Promise.withResolvers();
      await this.#room.promise;
    }
    this.#room = null;
  }

  #changed() {
    this.#write().catch(() => undefined);
  }

  #write() {
    const { file, server } = this.#parts;
    const again = this.#again;
    const [oldest] = this.#items.values();
    return file.write({
      server,
      from: again?.from ?? oldest?.before ?? this.#next,
      next: again?.end ?? this.#next,
      at: this.#at,
      unfinished: [...this.#items.keys(), ...(again?.left ?? [])],
    });
  }
}

module.exports = { Follower };
