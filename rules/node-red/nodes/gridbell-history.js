'use strict';

const { effect } = require('../lib/effect.js');
const { required } = require('../lib/fields.js');
const { timeOf } = require('../lib/when.js');
const { aboutOf } = require('../lib/whence.js');

/** A flow has them all in memory: more are asked for in parts, or as buckets. */
const mostPoints = 100_000;
const longMs = 120_000;

/** Asks what was measured: points of one device, or rows or a table of many. */
module.exports = (RED) => {
  function GridbellHistory(config) {
    RED.nodes.createNode(this, config);
    let asked = 0;
    effect(RED, this, config, {
      fields: ['device', 'property', 'place', 'kind', 'from', 'to', 'every', 'fn'],
      orderOf: (inputs, msg) => {
        const { fn, from, to, ...rest } = inputs;
        const query = {
          ...rest,
          ...(from === undefined ? {} : { from: timeOf(from) }),
          ...(to === undefined ? {} : { to: timeOf(to) }),
          ...(rest.every === undefined ? {} : { fn: fn ?? 'avg' }),
        };
        asked += 1;
        return {
          // Nothing is changed, so nothing has to stay in order.
          lane: `history ${this.id} ${asked}`,
          target: 'history',
          ask:
            config.as === 'points'
              ? (call) => points(RED, call, query, msg)
              : (call) => table(call, config.as, query),
        };
      },
      take: ({ payload }, msg) => {
        msg.payload = payload;
      },
      said: ({ count }, text) => text('status.found', { count }),
    });
  }
  RED.nodes.registerType('gridbell-history', GridbellHistory);
};

async function points(RED, call, { device: given, every, fn, from, property: wanted, to }, msg) {
  const { device, property } = required(
    RED,
    { device: given ?? aboutOf(msg).device, property: wanted ?? msg.reading?.property },
    ['device', 'property'],
  );
  const found = [];
  let cursor;
  do {
    const limit = every === undefined ? mostPoints - found.length : undefined;
    const query = { property, from, to, every, fn, limit, cursor };
    const page = await call('GET', `devices/${encodeURIComponent(device)}/readings`, {
      query,
      timeoutMs: longMs,
    });
    found.push(...page.points);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && found.length < mostPoints);
  if (cursor !== undefined) throw tooMany();
  return { payload: found, count: found.length };
}

/** The columns of docs/export.md of Gridbell. */
async function table(call, as, query) {
  const format = as === 'csv' ? 'csv' : 'jsonl';
  const text = String(
    await call('GET', 'readings/export', {
      query: { ...query, format },
      headers: { accept: '*/*' },
      timeoutMs: longMs,
    }),
  );
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  if (as === 'csv') return { payload: text, count: Math.max(0, lines.length - 1) };
  if (lines.length > mostPoints) throw tooMany();
  return { payload: lines.map((line) => JSON.parse(line)), count: lines.length };
}

const tooMany = () => new Error(`more than ${mostPoints} readings: take a shorter time, or buckets (every)`);
