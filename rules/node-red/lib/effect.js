'use strict';

const { inputsOf } = require('./inputs.js');
const { Light } = require('./light.js');
const { idFor } = require('./once.js');
const { textsOf } = require('./texts.js');
const { trackerOf } = require('./tracker.js');
const { stateLook, troubleOf } = require('./trouble.js');

/** What waits for Gridbell in one node; more of it is refused instead of held in memory. */
const mostWaiting = 1_000;

/**
 * What all effects have in common: each message asks something of Gridbell, again and again until it is answered, and is done then. A message of a
 * source that comes again asks under the same id, so that nothing is done twice.
 *
 * `fields` are the typed inputs. `orderOf(inputs, msg)` → `{lane, target, ask}`: `lane` is what has to stay in order, `target` what is done to
 * what; `ask(call, id)` → the answer, where `call` is that of a Connection. Throws where something is missing. `follow(answer, {call, insist,
 * signal})` may wait for more, and gives the answer that counts. `take(answer, msg)` puts it into the message; `said(answer, text)` is for
 * the light.
 */
function effect(RED, node, config, { fields, follow, orderOf, said, take }) {
  const { connection = null } = RED.nodes.getNode(config.server) ?? {};
  const text = textsOf(RED);
  const light = new Light(node);
  const tracker = trackerOf(RED);
  const closing = new AbortController();
  const { signal } = closing;
  let waiting = 0;
  let isRefused = false;

  const onState = (state) => {
    if (!isRefused && waiting === 0) light.show(...stateLook(state, text));
  };
  const call = (method, path, options) => connection.call(method, path, { signal, ...options });
  const onPause = ({ error, ms }) => light.show(...troubleOf(error, ms, text));
  const insist = (lane, work) => connection.perform(lane, work, { signal, onPause });

  const perform = async (msg) => {
    // At once: while inputs are looked up, what the message comes from might count as something else.
    const origin = tracker.originOf(msg);
    const inputs = await inputsOf(RED, node, { config, fields, msg });
    const { ask, lane, target } = orderOf(inputs, msg);
    const id = inputs.requestId === undefined ? idFor(origin, node, target) : String(inputs.requestId);
    const answer = await insist(lane, () => ask(call, id));
    return follow ? follow(answer, { call, insist, signal }) : answer;
  };

  const handle = async (msg, send, done) => {
    waiting += 1;
    try {
      const answer = await perform(msg);
      take(answer, msg);
      isRefused = false;
      light.show('well', said(answer, text));
      send(msg);
      done();
    } catch (error) {
      // It is stopped, and not done: what it came from is sent again after the next start.
      if (signal.aborted) return;
      isRefused = true;
      light.show('refused', error.message);
      done(error);
    } finally {
      waiting -= 1;
    }
  };

  node.on('input', (msg, send, done) => {
    if (connection === null) done(new Error(text('status.no-server')));
    else if (waiting >= mostWaiting) done(new Error(text('error.many', { count: mostWaiting })));
    else void handle(msg, send, done);
  });
  if (connection === null) {
    light.show('refused', text('status.no-server'));
    return;
  }
  onState(connection.state);
  connection.on('state', onState);
  node.on('close', () => {
    closing.abort();
    connection.off('state', onState);
  });
}

module.exports = { effect };
