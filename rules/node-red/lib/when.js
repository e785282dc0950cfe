'use strict';

const { now } = require('./clock.js');

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A time as a flow gives it, as ISO 8601: a time with zone, a number (epoch ms), a Date, `now`, so long ago (`-24h`, `-7d`, `-90m`), or `today` and
 * `yesterday`, which begin at midnight where Node-RED runs. Throws when it is none of these.
 */
exports.timeOf = (value) => {
  const at = value instanceof Date ? value : new Date(msOf(value));
  if (Number.isNaN(at.getTime())) throw new Error(`${value}: is no time`);
  return at.toISOString();
};

function msOf(value) {
  if (typeof value === 'number') return value;
  const text = String(value).trim();
  if (text === 'now') return now();
  if (text === 'today') return midnight(0);
  if (text === 'yesterday') return midnight(-1);
  const [, count, unit] = /^-(\d+)([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return now() - Number(count) * unitMs[unit];
  return /^\d+$/.test(text) ? Number(text) : Date.parse(text);
}

function midnight(days) {
  const at = new Date(now());
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + days).getTime();
}
