'use strict';

const { words } = require('./light.js');

/** How a node looks while a request is tried again after `ms`: `[look, text]`. */
function troubleOf(error, ms, text) {
  const reason = error.message;
  const seconds = Math.ceil(ms / 1_000);
  if (error.status === 401) return ['refused', text('status.token', { reason })];
  if (error.status === 0) return ['waiting', text('status.unreachable', { reason, seconds })];
  if (error.isTemporary) return ['waiting', text('status.later', { reason, seconds })];
  return ['refused', text('status.refused', { reason })];
}

/** How a node looks that has nothing to do, by how Gridbell is. */
function stateLook({ kind, text: reason }, text) {
  if (kind === 'connected') return ['well', words.connected];
  if (kind === 'connecting') return ['waiting', words.connecting];
  if (kind === 'refused') return ['refused', text('status.token', { reason })];
  return ['waiting', text('status.away', { reason })];
}

module.exports = { stateLook, troubleOf };
