'use strict';

const { source } = require('../lib/source.js');

/** What becomes of tasks, each change at least once. */
module.exports = (RED) => {
  function GridbellTasks(config) {
    RED.nodes.createNode(this, config);
    const { assignee, category, change, place, severity, state } = config;
    source(RED, this, config, {
      feed: 'tasks/feed',
      query: { assignee, category, change, place, severity, state },
      timeOf: ({ at }) => at,
      messageOf: ({ at, changes, task }) => ({
        topic: task.category,
        payload: task,
        changes,
        at,
      }),
    });
  }
  RED.nodes.registerType('gridbell-tasks', GridbellTasks);
};
