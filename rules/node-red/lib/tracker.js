'use strict';

const { AsyncLocalStorage } = require('node:async_hooks');
const { elapsed } = require('./clock.js');

const label = 'gridbell';
const trackers = new WeakMap();
/** Of those that were sent again: what still comes of them has to be known as the same. */
const mostSuperseded = 1_000;

/**
 * What one message of a source has come to: deliveries to nodes that have not said that they are done with it, of the message itself and of all
 * that was made of it. It ends once: `finished`, or `superseded` when it has to be sent again.
 */
class Origin {
  state = 'live';
  since = elapsed();
  msgids = new Set();
  /** message → node → {announced, open}: of those announced the node has yet to say that it received them. */
  #deliveries = new Map();
  #ordinals = new Map();
  #holds = 0;
  #isChecking = false;
  #onFinished;

  constructor({ key, source, position, onFinished, onLost }) {
    this.key = key;
    this.source = source;
    this.position = position;
    this.#onFinished = onFinished;
    this.onLost = onLost;
  }

  /** Nothing counts as finished while it is held. */
  hold() {
    this.#holds += 1;
    return () => {
      this.#holds -= 1;
      this.check();
    };
  }

  announce(msg, node) {
    const entry = this.#entry(msg, node);
    entry.announced += 1;
    entry.open += 1;
  }

  /** What nobody announced came straight to the node: from an error, a completion, a status. */
  receive(msg, node) {
    const entry = this.#entry(msg, node);
    if (entry.announced > 0) entry.announced -= 1;
    else entry.open += 1;
  }

  complete(msg, node) {
    const nodes = this.#deliveries.get(msg);
    const entry = nodes?.get(node);
    if (!entry) return;
    entry.open -= 1;
    if (entry.open <= 0) nodes.delete(node);
    if (nodes.size === 0) this.#deliveries.delete(msg);
    this.check();
  }

  #entry(msg, node) {
    const nodes = this.#deliveries.get(msg) ?? new Map();
    const entry = nodes.get(node) ?? { announced: 0, open: 0 };
    this.#deliveries.set(msg, nodes.set(node, entry));
    return entry;
  }

  /** Nodes that have something of it. */
  holders() {
    return new Set([...this.#deliveries.values()].flatMap((nodes) => [...nodes.keys()]));
  }

  /** How many times, this one included, a node did the same because of it. */
  ordinal(what) {
    const count = (this.#ordinals.get(what) ?? 0) + 1;
    this.#ordinals.set(what, count);
    return count;
  }

  /** Not at once: an error goes from a node to those that catch it in the same turn, after the node said that it is done. */
  check() {
    if (this.#isChecking || !this.#isIdle) return;
    this.#isChecking = true;
    setImmediate(() => {
      this.#isChecking = false;
      if (this.#isIdle) this.#onFinished();
    });
  }

  /** Nobody waits for the rest any more. */
  finish() {
    if (this.state === 'live') this.#onFinished();
  }

  get #isIdle() {
    return this.state === 'live' && this.#holds === 0 && this.#deliveries.size === 0;
  }
}

/**
 * Follows messages of sources through the flows by Node-RED's hooks. What a node makes of a message belongs to the same origin: it is the same
 * object, or has its `gridbell` (what split keeps), its `_msgid` (what function nodes keep), or was sent in what the delivery started (a node that
 * makes a new message of nothing).
 */
class Tracker {
  #known = new Map();
  #superseded = [];
  #attempts = 0;
  #byMessage = new WeakMap();
  #byMsgid = new Map();
  #context = new AsyncLocalStorage();
  #watched = new WeakSet();
  #closed = new WeakSet();
  #isStopping = false;
  #saidWhileStopping = [];

  constructor(RED) {
    RED.hooks.add(`preDeliver.${label}`, ({ destination: { node }, msg }) => {
      this.#followed(msg, node)?.announce(msg, node);
    });
    RED.hooks.add(`onReceive.${label}`, ({ destination: { node }, msg }) => {
      this.#followed(msg, node)?.receive(msg, node);
    });
    RED.hooks.add(`postReceive.${label}`, ({ destination, msg }) => {
      // It takes no `done` to say so with: what its handler did until now is all that can be known.
      if (destination.node._expectedDoneCount === 0) this.#completed(msg, destination.node);
    });
    RED.hooks.add(`onComplete.${label}`, ({ msg, node }) => this.#completed(msg, node.node));
    RED.events.on('flows:stopping', () => {
      this.#isStopping = true;
    });
    RED.events.on('flows:stopped', () => this.#stopped());
    RED.events.on('flows:started', () => this.#lookForLost());
  }

  /**
   * Sends a message of a source, and follows it. `onFinished()` is called once, when all that came of it is done; `onLost()` when a node that had
   * something of it is no more, so that it has to be sent again (`supersede` this one first).
   */
  send({ msg, onFinished, onLost, position, send, source }) {
    this.#attempts += 1;
    const mark = { source, position, attempt: this.#attempts };
    const origin = new Origin({
      key: keyOf(mark),
      source,
      position,
      onLost,
      onFinished: () => {
        origin.state = 'finished';
        this.#forget(origin);
        onFinished();
      },
    });
    this.#known.set(origin.key, origin);
    msg.gridbell = mark;
    this.#adopt(msg, origin);
    const release = origin.hold();
    try {
      this.#context.run(origin, () => send(msg));
    } finally {
      release();
    }
    return origin;
  }

  /** It will be sent again, now or after a restart: what still comes of it is the same as what will come then. */
  supersede(origin) {
    if (origin.state !== 'live') return;
    origin.state = 'superseded';
    this.#superseded.push(origin);
    if (this.#superseded.length > mostSuperseded) this.#forget(this.#superseded.shift());
  }

  #forget(origin) {
    this.#known.delete(origin.key);
    for (const id of origin.msgids) if (this.#byMsgid.get(id) === origin) this.#byMsgid.delete(id);
  }

  /** Where the message comes from, if that may come again; else undefined. */
  originOf(msg) {
    const { gridbell, _msgid } = msg;
    const marked =
      gridbell !== null && typeof gridbell === 'object' ? this.#known.get(keyOf(gridbell)) : undefined;
    const found = [this.#byMessage.get(msg), marked, this.#byMsgid.get(_msgid), this.#context.getStore()];
    return found.find((origin) => origin !== undefined && origin.state !== 'finished');
  }

  #adopt(msg, origin) {
    this.#byMessage.set(msg, origin);
    const id = msg._msgid;
    if (typeof id === 'string' && !origin.msgids.has(id)) {
      origin.msgids.add(id);
      this.#byMsgid.set(id, origin);
    }
  }

  /** The origin of what comes to a node, where there is still something to follow. */
  #followed(msg, node) {
    const origin = this.originOf(msg);
    if (!origin) return undefined;
    this.#adopt(msg, origin);
    this.#watch(node);
    return origin.state === 'live' ? origin : undefined;
  }

  #completed(msg, node) {
    const origin = this.#byMessage.get(msg);
    if (origin?.state !== 'live') return;
    // A node that is stopped says done of what it held and has not sent: whether it is stopped is known afterwards.
    if (this.#isStopping) this.#saidWhileStopping.push({ origin, msg, node });
    else origin.complete(msg, node);
  }

  #watch(node) {
    if (this.#watched.has(node)) return;
    this.#watched.add(node);
    node.on('close', () => {
      this.#closed.add(node);
    });
  }

  #stopped() {
    this.#isStopping = false;
    for (const { msg, node, origin } of this.#saidWhileStopping.splice(0))
      if (origin.state === 'live' && !this.#closed.has(node)) origin.complete(msg, node);
  }

  #lookForLost() {
    const isLost = (origin) =>
      origin.state === 'live' && [...origin.holders()].some((node) => this.#closed.has(node));
    // Found before any is sent again, which makes more of them.
    const lost = this.#known.values().filter(isLost).toArray();
    for (const origin of lost) origin.onLost();
  }
}

const keyOf = ({ attempt, position, source }) => `${source} ${position} ${attempt}`;

/** The one of this runtime. */
function trackerOf(RED) {
  const tracker = trackers.get(RED.hooks) ?? new Tracker(RED);
  trackers.set(RED.hooks, tracker);
  return tracker;
}

module.exports = { trackerOf };
