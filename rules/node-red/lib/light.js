'use strict';

/** The text beside a node is short; the log has all of it. */
const longest = 120;
const short = (text) => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text);

/** Keys of Node-RED's own words: the editor says them in the language of who looks. */
const words = {
  connected: 'node-red:common.status.connected',
  connecting: 'node-red:common.status.connecting',
};

const looks = {
  well: { fill: 'green', shape: 'dot' },
  waiting: { fill: 'yellow', shape: 'ring' },
  refused: { fill: 'red', shape: 'ring' },
};

/**
 * The light of a node: green works, yellow waits, red is refused and wants a person. What is shown already is not told again, and no more often than
 * each quarter of a second: every change goes to every editor that is open.
 */
class Light {
  #node;
  #shown = '';
  #wanted = null;
  #timer = null;

  constructor(node) {
    this.#node = node;
    node.on('close', () => clearTimeout(this.#timer));
  }

  show(look, text) {
    this.#wanted = { ...looks[look], text: short(text) };
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#tell();
    }, 250);
    if (this.#shown === '') this.#tell();
  }

  #tell() {
    const text = JSON.stringify(this.#wanted);
    if (text === this.#shown) return;
    this.#shown = text;
    this.#node.status(this.#wanted);
  }
}

module.exports = { Light, words };
