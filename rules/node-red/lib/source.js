'use strict';

const path = require('node:path');
const { elapsed } = require('./clock.js');
const { Follower } = require('./follower.js');
const { Light, words } = require('./light.js');
const { PlaceFile } = require('./place-file.js');
const { textsOf } = require('./texts.js');
const { trackerOf } = require('./tracker.js');
const { troubleOf } = require('./trouble.js');

const usualWindow = 100;
const usualPatienceMinutes = 10;
const lookEveryMs = 10_000;

/**
 * What all sources have in common: they follow a feed from a place of their own, and a message counts as finished when everything that was made of
 * it is. `feed` is a path of the API, `query` what of it is wanted, `messageOf(item)` what is sent, `timeOf(item)` when it came.
 */
function source(RED, node, config, { feed, messageOf, query, timeOf }) {
  const { address, bell, connection = null } = RED.nodes.getNode(config.server) ?? {};
  const text = textsOf(RED);
  const light = new Light(node);
  if (connection === null) {
    light.show('refused', text('status.no-server'));
    return;
  }
  const tracker = trackerOf(RED);
  const window = Math.max(1, numberOf(config.window, usualWindow));
  const onFileError = ({ message }) => node.error(text('error.place', { reason: message }));
  let trouble = null;
  let gap = null;

  const follower = new Follower({
    file: new PlaceFile(fileOf(RED, node), onFileError),
    server: address,
    bell: bell(feed),
    window,
    startsNow: config.start === 'now',
    timeOf,
    read: (after, limit, signal) =>
      connection.call('GET', feed, { query: { ...query, after, limit }, signal }),
    readNow: async (signal) => (await connection.call('GET', feed, { signal })).next,
    send: (item, { onFinished, onLost }) =>
      tracker.send({
        msg: messageOf(item),
        source: node.id,
        position: item.position,
        send: (msg) => node.send(msg),
        onFinished,
        onLost,
      }),
    supersede: (origin) => tracker.supersede(origin),
    onReading: () => {
      trouble = null;
      show();
    },
    onProblem: (error, ms) => {
      const first = trouble === null;
      trouble = troubleOf(error, ms, text);
      show();
      if (first && !error.isTemporary) node.error(trouble[1]);
    },
    onProgress: () => show(),
    onGap: ({ since, until }) => {
      const key = since === null ? 'status.gap-unknown' : 'status.gap';
      gap = text(key, { hours: hoursBetween(since, until), since, until });
      node.error(gap);
      show();
    },
  });
  const show = () =>
    light.show(...(trouble ?? (gap === null ? workOf(follower, window, text) : ['refused', gap])));
  light.show('waiting', words.connecting);
  follower.start();

  const stopLooking = losePatience(follower, {
    minutes: numberOf(config.patience, usualPatienceMinutes),
    onLost: (values) => node.warn(text('error.unfinished', values)),
  });
  node.on('close', (isRemoved, done) => {
    stopLooking();
    follower
      .close(isRemoved)
      .catch(onFileError)
      .finally(() => done());
  });
}

/** How a source looks that gets what there is. */
function workOf(follower, window, text) {
  const count = follower.unfinished;
  if (count === 0) return ['well', words.connected];
  if (count < window) return ['well', text('status.underway', { count })];
  const holders = follower.sent().flatMap((origin) => [...(origin?.holders() ?? [])]);
  return ['waiting', text('status.full', { count, nodes: namesOf(holders) })];
}

/**
 * A node that never says that it is done would hold a source for ever: after so many minutes (0: never) a message counts as finished. Not while one of
 * ours has it: that tries on, and says why.
 */
function losePatience(follower, { minutes, onLost }) {
  if (minutes === 0) return () => undefined;
  const timer = setInterval(() => {
    for (const origin of follower.sent()) {
      if (elapsed() - origin.since < minutes * 60_000) continue;
      const holders = [...origin.holders()];
      if (holders.some(({ type }) => type.startsWith('gridbell-'))) continue;
      onLost({ minutes, nodes: namesOf(holders), position: origin.position });
      origin.finish();
    }
  }, lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Beside the flows, so that a backup of them has it, too. */
function fileOf(RED, { id }) {
  const name = /^[\w-]{1,200}$/.test(id) ? id : Buffer.from(id).toString('base64url').slice(0, 200);
  return path.join(RED.settings.userDir, 'gridbell', `${name}.json`);
}

const namesOf = (nodes) => [...new Set(nodes.map(({ name, type }) => name || type))].slice(0, 3).join(', ');

const hoursBetween = (since, until) =>
  Math.max(1, Math.round((Date.parse(until) - Date.parse(since)) / 3_600_000));

/** What is no number, or less than none, is taken as it is usual. */
function numberOf(text, usual) {
  const number = Number(text);
  return text === undefined || text === '' || !Number.isFinite(number) || number < 0 ? usual : number;
}

module.exports = { source };
