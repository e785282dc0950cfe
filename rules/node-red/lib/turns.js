'use strict';

/** So many at a time; the others wait, first come first. */
class Turns {
  #free;
  #waiting = [];

  constructor(most) {
    this.#free = most;
  }

  async run(work) {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}

module.exports = { Turns };
