'use strict';

const { effect } = require('../lib/effect.js');
const { required, titleOf } = require('../lib/fields.js');
const { aboutOf, evidenceOf } = require('../lib/whence.js');

/** Raises an alarm that no rule raises; at most one stands for rule and key. */
module.exports = (RED) => {
  function GridbellRaiseAlarm(config) {
    RED.nodes.createNode(this, config);
    effect(RED, this, config, {
      fields: ['rule', 'key', 'category', 'severity', 'where', 'titleZh', 'titleEn', 'at', 'requestId'],
      orderOf: (inputs, msg) => {
        const { at, category, key, rule, severity } = required(RED, inputs, ['rule', 'category', 'severity']);
        const where = whereOf(config.whereKind, inputs.where, msg, RED);
        const alarmKey = String(key ?? where.device ?? where.place);
        const title = titleOf(inputs.titleZh, inputs.titleEn);
        const evidence = config.evidence === false ? [] : evidenceOf(msg);
        const body = {
          rule: String(rule),
          key: alarmKey,
          category: String(category),
          severity: String(severity),
          ...where,
          ...(title === undefined ? {} : { title }),
          ...(config.lifeSafety ? { lifeSafety: true } : {}),
          ...(at === undefined ? {} : { at: new Date(at).toISOString() }),
          ...(evidence.length === 0 ? {} : { evidence }),
        };
        return {
          lane: `alarm ${rule} ${alarmKey}`,
          target: `raise ${rule} ${alarmKey}`,
          ask: (call, id) => call('POST', 'alarms', { body: { ...body, id }, isWhole: true }),
        };
      },
      take: ({ body, status }, msg) => {
        msg.payload = body;
        msg.isNew = status === 201;
      },
      said: ({ body, status }, text) =>
        text(status === 201 ? 'status.raised' : 'status.stands', { rule: body.rule, key: body.key }),
    });
  }
  RED.nodes.registerType('gridbell-raise-alarm', GridbellRaiseAlarm);
};

/** The device or place that is named, else those that the message is about: of those the device, which brings its place. */
function whereOf(kind, where, msg, RED) {
  if (kind === 'device') return required(RED, { device: where }, ['device']);
  if (kind === 'place') return required(RED, { place: where }, ['place']);
  const { device, place } = aboutOf(msg);
  return device === undefined ? required(RED, { place }, ['place']) : { device };
}
