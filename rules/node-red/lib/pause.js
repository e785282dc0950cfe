'use strict';

const { setTimeout: pause } = require('node:timers/promises');

/** Resolves after `ms`, or as soon as `signal` is aborted; true: the time is over. */
async function pauseFor(ms, signal) {
  try {
    await pause(ms, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}

/** Pauses that grow: 1 s, 2 s, 4 s … up to `mostMs`, each up to a quarter shorter, so that many do not come back together. */
class Backoff {
  #tries = 0;
  #mostMs;

  constructor(mostMs = 60_000) {
    this.#mostMs = mostMs;
  }

  /** The next pause in ms. */
  next() {
    const whole = Math.min(this.#mostMs, 1_000 * 2 ** this.#tries);
    this.#tries += 1;
    return Math.round(whole * (1 - Math.random() / 4));
  }

  reset() {
    this.#tries = 0;
  }
}

module.exports = { Backoff, pauseFor };
