'use strict';

const { effect } = require('../lib/effect.js');
const { required, titleOf } = require('../lib/fields.js');
const { aboutOf } = require('../lib/whence.js');

/** Tells people something that is of no task, by the channels that they chose. */
module.exports = (RED) => {
  function GridbellNotify(config) {
    RED.nodes.createNode(this, config);
    effect(RED, this, config, {
      fields: ['person', 'role', 'place', 'titleZh', 'titleEn', 'textZh', 'textEn', 'severity', 'requestId'],
      orderOf: (inputs, msg) => {
        const to = receiverOf(RED, config.toKind, inputs, msg);
        const text = titleOf(inputs.textZh, inputs.textEn);
        const title = titleOf(inputs.titleZh, inputs.titleEn);
        required(RED, { text }, ['text']);
        const target = `tell ${JSON.stringify(to)}`;
        const body = {
          to,
          text,
          ...(title === undefined ? {} : { title }),
          ...(inputs.severity === undefined ? {} : { severity: String(inputs.severity) }),
        };
        return {
          lane: target,
          target,
          ask: (call, id) => call('POST', 'bulletins', { body: { ...body, id }, isWhole: true }),
        };
      },
      take: ({ body }, msg) => {
        msg.payload = body;
      },
      said: ({ body }, text) =>
        body.told === 0 ? text('status.told-before') : text('status.told', { count: body.told }),
    });
  }
  RED.nodes.registerType('gridbell-notify', GridbellNotify);
};

function receiverOf(RED, kind, inputs, msg) {
  if (kind === 'person') return { person: String(required(RED, inputs, ['person']).person) };
  const { place, role } = required(RED, { ...inputs, place: inputs.place ?? aboutOf(msg).place }, [
    'role',
    'place',
  ]);
  return { role: String(role), place: String(place) };
}
