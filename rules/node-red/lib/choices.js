'use strict';

const { elapsed } = require('./clock.js');

const keptMs = 30_000;
const mostPages = 10;

/** What is said of each when somebody chooses. No residents, no phone numbers. */
const lists = {
  devices: { path: 'devices', label: ({ kind, name, place }) => [name, kind, place] },
  places: { path: 'places', label: ({ kind, name }) => [name, kind] },
  people: { path: 'people', label: ({ name, role }) => [name, role] },
  categories: { path: 'categories', label: ({ name }) => [name] },
  rules: { path: 'rules', label: ({ name }) => [name] },
};
const fromCatalogue = ['properties', 'kinds'];

/** What a person may choose from in the editor: `[{value, label: {zh, en}}]`, kept for half a minute. */
class Choices {
  static kinds = [...Object.keys(lists), ...fromCatalogue];
  #connection;
  #kept = new Map();

  constructor(connection) {
    this.#connection = connection;
  }

  async of(kind) {
    const kept = this.#kept.get(kind);
    if (kept && elapsed() - kept.at < keptMs) return kept.choices;
    const choices = fromCatalogue.includes(kind)
      ? await this.#catalogue(kind)
      : await this.#list(lists[kind]);
    this.#kept.set(kind, { at: elapsed(), choices });
    return choices;
  }

  async #list({ label, path }) {
    const choices = [];
    let cursor;
    for (let page = 0; page < mostPages; page++) {
      const { items, next } = await this.#connection.call('GET', path, { query: { limit: 1_000, cursor } });
      choices.push(...items.map((item) => ({ value: item.id, label: labelOf(label(item)) })));
      if (next === null) break;
      cursor = next;
    }
    return choices;
  }

  async #catalogue(kind) {
    const catalogue = await this.#connection.call('GET', 'catalogue');
    return catalogue[kind].map(({ id, name, label, unit }) => ({
      value: id ?? name,
      label: labelOf([label ?? name, unit]),
    }));
  }
}

/** Texts of one language, or of both, put together for each. */
function labelOf(parts) {
  const inLanguage = (language, other) =>
    parts
      .map((part) => (part !== null && typeof part === 'object' ? (part[language] ?? part[other]) : part))
      .filter(Boolean)
      .join(' · ');
  return { zh: inLanguage('zh', 'en'), en: inLanguage('en', 'zh') };
}

module.exports = { Choices };
