'use strict';

const { source } = require('../lib/source.js');

/** What becomes of alarms, each change at least once. */
module.exports = (RED) => {
  function GridbellAlarms(config) {
    RED.nodes.createNode(this, config);
    const { category, change, device, place, rule, severity } = config;
    source(RED, this, config, {
      feed: 'alarms/feed',
      query: { category, change, device, place, rule, severity },
      timeOf: ({ at }) => at,
      messageOf: ({ alarm, at, changes }) => ({
        topic: alarm.rule,
        payload: alarm,
        changes,
        at,
      }),
    });
  }
  RED.nodes.registerType('gridbell-alarms', GridbellAlarms);
};
