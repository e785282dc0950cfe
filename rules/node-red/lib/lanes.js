'use strict';

/** What has the same name is done one after the other, in the order in which it was asked for. */
class Lanes {
  #last = new Map();

  run(name, work) {
    const before = this.#last.get(name) ?? Promise.resolve();
    const result = before.then(work);
    const settled = result.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(name, settled);
    void settled.then(() => {
      if (this.#last.get(name) === settled) this.#last.delete(name);
    });
    return result;
  }
}

module.exports = { Lanes };
