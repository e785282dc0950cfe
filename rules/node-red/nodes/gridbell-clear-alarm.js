'use strict';

const { effect } = require('../lib/effect.js');
const { required } = require('../lib/fields.js');
const { aboutOf } = require('../lib/whence.js');

/** Ends the alarm that a flow raised for rule and key. */
module.exports = (RED) => {
  function GridbellClearAlarm(config) {
    RED.nodes.createNode(this, config);
    effect(RED, this, config, {
      fields: ['rule', 'key', 'requestId'],
      orderOf: (inputs, msg) => {
        const { device, place } = aboutOf(msg);
        const { key, rule } = required(RED, { ...inputs, key: inputs.key ?? device ?? place }, [
          'rule',
          'key',
        ]);
        return {
          lane: `alarm ${rule} ${key}`,
          target: `clear ${rule} ${key}`,
          ask: (call, id) =>
            call('POST', 'alarms/clear', {
              body: { id, rule: String(rule), key: String(key) },
              isWhole: true,
            }),
        };
      },
      take: ({ body }, msg) => {
        msg.payload = body;
      },
      said: ({ body }, text) =>
        body === null
          ? text('status.none-stood')
          : text('status.cleared', { rule: body.rule, key: body.key }),
    });
  }
  RED.nodes.registerType('gridbell-clear-alarm', GridbellClearAlarm);
};
