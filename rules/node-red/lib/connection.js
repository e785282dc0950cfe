'use strict';

const { EventEmitter } = require('node:events');
const { Lanes } = require('./lanes.js');
const { Backoff, pauseFor } = require('./pause.js');
const { Refusal } = require('./refusal.js');
const { Transport } = require('./transport.js');
const { Turns } = require('./turns.js');

/** Changes that are under way at a time. */
const mostAtOnce = 8;

/**
 * One Gridbell: what was asked of it last says how it is. `state` is `{kind: 'connecting' | 'connected' | 'unreachable' | 'refused',
 * text}`; 'state' is emitted when it becomes another.
 */
class Connection extends EventEmitter {
  state = { kind: 'connecting', text: '' };
  #closing = new AbortController();
  #lanes = new Lanes();
  #turns = new Turns(mostAtOnce);
  #rest = Promise.resolve();
  #transport;

  /** `token()` is asked for each request; `tls`: options of node:tls. Throws when `url` is none. */
  constructor({ url, token, tls }) {
    super();
    this.setMaxListeners(0);
    this.#transport = new Transport({
      url,
      tls,
      headers: () => ({ authorization: `Bearer ${token() ?? ''}` }),
    });
  }

  /** Asks who one is there, again and again until there is an answer: so nodes say how it is before they have anything to say. */
  async open() {
    const backoff = new Backoff(30_000);
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        await this.call('GET', 'session', { signal });
        return;
      } catch (error) {
        await pauseFor(Math.max(backoff.next(), error.afterMs ?? 0), signal);
      }
    }
  }

  /** One request to `/api/v1/PATH`; answers the body, with `isWhole` `{status, headers, body}`. Throws a Refusal. */
  async call(method, path, { query, isWhole = false, ...options } = {}) {
    const search = query ? `?${queryText(query)}` : '';
    let answer;
    try {
      answer = await this.#transport.send(method, `api/v1/${path}${search}`, options);
    } catch (error) {
      if (!options.signal?.aborted) this.#become('unreachable', error.message);
      throw error;
    }
    if (answer.status < 300) {
      this.#become('connected', '');
      return isWhole ? answer : answer.body;
    }
    const refusal = Refusal.of(answer);
    this.#become(kindOf(answer.status), refusal.message);
    throw refusal;
  }

  /**
   * Work that asks for changes, until it is answered: what may succeed later is tried again, with growing pauses, until `signal` ends it.
   * Work of the same `lane` is done in order, so that an end does not overtake its beginning. `onPause({error, ms})` is told before each
   * pause. Throws a Refusal that time does not mend, or what `signal` was aborted with.
   */
  perform(lane, work, { onPause, signal }) {
    return this.#lanes.run(lane, () => this.#insist(work, { onPause, signal }));
  }

  async #insist(work, { onPause, signal }) {
    const backoff = new Backoff();
    for (;;) {
      await this.#rest;
      signal.throwIfAborted();
      try {
        return await this.#turns.run(work);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof Refusal && error.isTemporary)) throw error;
        const ms = Math.max(backoff.next(), error.afterMs ?? 0);
        onPause({ error, ms });
        const over = pauseFor(ms, signal);
        // Too much is too much of all: else each of a thousand finds out by itself.
        if (error.status === 429) this.#rest = over;
        await over;
      }
    }
  }

  #become(kind, text) {
    if (this.state.kind === kind && (kind === 'connected' || this.state.text === text)) return;
    this.state = { kind, text };
    this.emit('state', this.state);
  }

  close() {
    this.#closing.abort();
    this.#transport.close();
  }
}

/** That it answered at all says that it is there; what it says of one request is for who asked. */
function kindOf(status) {
  if (status === 401) return 'refused';
  return status >= 502 ? 'unreachable' : 'connected';
}

/** What is undefined or empty is left out; lists get commas. */
function queryText(query) {
  const entries = Object.entries(query)
    .map(([key, value]) => [key, Array.isArray(value) ? value.join(',') : value])
    .filter(([, value]) => value !== undefined && value !== null && value !== '');
  return new URLSearchParams(entries).toString();
}

module.exports = { Connection };
