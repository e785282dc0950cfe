'use strict';

const { source } = require('../lib/source.js');

/** Readings of devices, each at least once. */
module.exports = (RED) => {
  function GridbellReadings(config) {
    RED.nodes.createNode(this, config);
    const { device, kind, place, property } = config;
    source(RED, this, config, {
      feed: 'readings/feed',
      query: { device, kind, place, property },
      timeOf: ({ receivedAt }) => receivedAt,
      messageOf: (reading) => ({
        topic: `${reading.device}/${reading.property}`,
        payload: reading.value,
        reading,
      }),
    });
  }
  RED.nodes.registerType('gridbell-readings', GridbellReadings);
};
