'use strict';

const { textsOf } = require('./texts.js');

/** The same inputs; throws, naming what is missing. */
function required(RED, inputs, names) {
  const missing = names.filter((name) => inputs[name] === undefined);
  if (missing.length > 0) {
    const text = textsOf(RED);
    throw new Error(
      text('error.missing', { fields: missing.map((name) => text(`field.${name}`)).join(', ') }),
    );
  }
  return inputs;
}

/** A text in one language or both, as Gridbell takes it; undefined: none. */
function titleOf(zh, en) {
  if (zh === undefined && en === undefined) return undefined;
  return { ...(zh === undefined ? {} : { zh: String(zh) }), ...(en === undefined ? {} : { en: String(en) }) };
}

module.exports = { required, titleOf };
