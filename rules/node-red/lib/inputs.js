'use strict';

/**
 * The fields of a node that are typed inputs, for one message: `fields` names them, `config` has NAME and NAMEType. What is empty, undefined or
 * null is left out. Throws with the name of the field where an expression fails.
 */
async function inputsOf(RED, node, { config, fields, msg }) {
  const entries = await Promise.all(
    fields.map(async (name) => [name, await inputOf(RED, node, { config, name, msg })]),
  );
  return Object.fromEntries(
    entries.filter(([, value]) => value !== undefined && value !== null && value !== ''),
  );
}

function inputOf(RED, node, { config, name, msg }) {
  const value = config[name];
  const type = config[`${name}Type`] ?? 'str';
  if (value === undefined || (value === '' && type !== 'date')) return undefined;
  return new Promise((resolve, reject) => {
    RED.util.evaluateNodeProperty(value, type, node, msg, (error, result) => {
      if (error) reject(new Error(`${name}: ${error.message}`, { cause: error }));
      else resolve(result);
    });
  });
}

module.exports = { inputsOf };
