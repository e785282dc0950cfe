'use strict';

const { createHash, randomUUID } = require('node:crypto');

/**
 * Ids by which Gridbell knows that it did something before. `target` says what is done to what (a rule and key, a device and command): a message that
 * comes again, after a crash or since a node was replaced, gets the same ids for the same, in whatever order its parts come. What comes from
 * elsewhere (a click, another system) does not come again: each gets its own. At most 64 letters, digits, `-`, `_`.
 */
function idFor(origin, node, target) {
  if (!origin) return `nr-${randomUUID()}`;
  const number = origin.ordinal(`${node.id} ${target}`);
  const words = [origin.source, origin.position, node.id, target, number];
  return `nr-${createHash('sha256').update(JSON.stringify(words)).digest('base64url')}`;
}

module.exports = { idFor };
