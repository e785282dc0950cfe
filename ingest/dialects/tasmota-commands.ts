import type { CommandWriter, Draft } from '#ingest/dialects/dialect.ts';
import { baseOf } from '#ingest/heard.ts';

const mostChannels = 32;

/** `cmnd/NAME/POWER1`, or `BASE/NAME/cmnd/POWER1` (tasmota.github.io/docs: Commands, MQTT); what it says of its power then is the answer. */
export const tasmotaCommands: CommandWriter = {
  write({ address, args, command, filter }) {
    const { channel = 1 } = args;
    if (command !== 'on' && command !== 'off')
      return { refused: `Tasmota takes on and off (with channel), not ${command}` };
    if (typeof channel !== 'number' || !Number.isInteger(channel) || channel < 1 || channel > mostChannels)
      return { refused: `channel is a number from 1 to ${mostChannels}` };
    const base = baseOf(filter).join('/');
    const isOn = command === 'on';
    return {
      topic: base === '' ? `cmnd/${address}/POWER${channel}` : `${base}/${address}/cmnd/POWER${channel}`,
      // As ON and OFF, without quotation marks.
      payload: isOn ? 1 : 0,
      answered: powerKey(channel, isOn),
      failed: null,
    };
  },
};

const powerKey = (channel: number, isOn: boolean): string => `power${channel}=${isOn}`;

/** The first has no number where it is the only one. */
export const sayPowerEcho = (channel: string, isOn: boolean, device: Draft): void =>
  device.reply({ key: powerKey(channel === '' ? 1 : Number(channel), isOn), ok: true });
