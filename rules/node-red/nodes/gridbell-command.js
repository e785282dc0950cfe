'use strict';

const { effect } = require('../lib/effect.js');
const { required } = require('../lib/fields.js');
const { pauseFor } = require('../lib/pause.js');
const { Refusal } = require('../lib/refusal.js');
const { aboutOf } = require('../lib/whence.js');

const over = ['answered', 'expired', 'withdrawn'];
const askEveryMs = 500;

/** Gives a device a command, and waits for what it says where that is wanted. */
module.exports = (RED) => {
  function GridbellCommand(config) {
    RED.nodes.createNode(this, config);
    effect(RED, this, config, {
      fields: ['device', 'command', 'args', 'expiresIn', 'requestId'],
      orderOf: (inputs, msg) => {
        const { args, command, device, expiresIn } = required(
          RED,
          { ...inputs, device: inputs.device ?? aboutOf(msg).device },
          ['device', 'command'],
        );
        const body = {
          command: String(command),
          ...(args === undefined ? {} : { args }),
          ...(expiresIn === undefined ? {} : { expiresIn: String(expiresIn) }),
        };
        return {
          lane: `device ${device}`,
          target: `command ${device} ${command}`,
          ask: (call, id) => give(call, { device: String(device), body: { ...body, id } }),
        };
      },
      follow: config.waits ? answered : undefined,
      take: ({ body }, msg) => {
        msg.payload = body;
        const isRefused = body.reply?.ok === false || body.state === 'expired' || body.state === 'withdrawn';
        if (isRefused) throw refusalOf(body);
      },
      said: ({ body }, text) =>
        text(`status.command-${body.state}`, { device: body.device, command: body.command }),
    });
  }
  RED.nodes.registerType('gridbell-command', GridbellCommand);
};

const commandsOf = (device) => `devices/${encodeURIComponent(device)}/commands`;

async function give(call, { body, device }) {
  try {
    return await call('POST', `devices/${encodeURIComponent(device)}/command`, { body, isWhole: true });
  } catch (error) {
    // It came again, with other arguments: what was said first was said, and a device is not told twice.
    if (error.code !== 'already-exists') throw error;
    return call('GET', `${commandsOf(device)}/${body.id}`, { isWhole: true });
  }
}

/** Waits until the device has answered, or the time for it is over. */
async function answered(answer, { call, insist, signal }) {
  let last = answer;
  while (!over.includes(last.body.state)) {
    const { device, id } = last.body;
    await pauseFor(askEveryMs, signal);
    last = await insist(`command ${id}`, () => call('GET', `${commandsOf(device)}/${id}`, { isWhole: true }));
  }
  return last;
}

const refusalOf = ({ reply, state }) =>
  new Refusal(reply?.error ?? state, { status: 200, code: state, isTemporary: false });
