import type { CommandOrder, CommandWriter, Draft, JsonObject } from '#ingest/dialects/dialect.ts';
import { isObject } from '#ingest/dialects/dialect.ts';
import { baseOf } from '#ingest/heard.ts';

/** What is set, and the state that shows that it was done; null: none does. */
interface Setting {
  readonly attribute: string;
  readonly value: unknown;
  readonly echo: string | boolean | null;
}

const longestSoundS = 1_800;

/**
 * `BASE/NAME/set` (www.zigbee2mqtt.io: usage/mqtt_topics_and_messages). It says nothing of who asked: the state that it publishes
 * then is the answer, and its log says what failed.
 */
export const zigbee2mqttCommands: CommandWriter = {
  write(order) {
    const setting = settingOf(order);
    if ('refused' in setting) return setting;
    const { attribute, echo, value } = setting;
    const base = baseOf(order.filter).join('/') || 'zigbee2mqtt';
    return {
      topic: `${base}/${order.address}/set`,
      payload: { [attribute]: value },
      answered: echo === null ? null : echoOf(attribute, echo),
      failed: attribute,
    };
  },
};

function settingOf({ args, command }: CommandOrder): Setting | { readonly refused: string } {
  switch (command) {
    case 'siren':
      return sirenOf(args);
    case 'mute':
      return { attribute: 'silence', value: true, echo: true };
    case 'on':
    case 'off':
    case 'lock':
    case 'unlock':
      return { attribute: 'state', value: command.toUpperCase(), echo: command.toUpperCase() };
    default:
      return { refused: `Zigbee2MQTT takes siren, mute, on, off, lock and unlock, not ${command}` };
  }
}

/** Sirens that warn (`warning`, of which no state is published), and those that have a switch (`as: "alarm"`). */
function sirenOf({
  as = 'warning',
  on = true,
  seconds = 180,
}: JsonObject): Setting | { readonly refused: string } {
  if (typeof on !== 'boolean') return { refused: 'on is true or false' };
  if (as === 'alarm') return { attribute: 'alarm', value: on, echo: on };
  if (as !== 'warning') return { refused: 'as is "warning" or "alarm"' };
  if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < 1 || seconds > longestSoundS)
    return { refused: `seconds is a number from 1 to ${longestSoundS}` };
  const value = on
    ? { mode: 'emergency', level: 'high', strobe: true, duration: seconds }
    : { mode: 'stop', level: 'low', strobe: false, duration: 0 };
  return { attribute: 'warning', value, echo: null };
}

const echoOf = (attribute: string, value: string | boolean): string => `${attribute}=${String(value)}`;

/** A state that may be what a command made of it. */
export function sayEchoes(state: JsonObject, device: Draft): void {
  for (const attribute of ['state', 'alarm', 'silence']) {
    const value = state[attribute];
    if (typeof value === 'string' || typeof value === 'boolean')
      device.reply({ key: echoOf(attribute, value), ok: true });
  }
}

const failures = [
  /Publish 'set' '(?<attribute>[^']+)' to '(?<name>.+?)' failed: '?(?<error>.*?)'?$/s,
  /No converter available for '(?<attribute>[^']+)' on '(?<name>.+?)'/s,
] as const;

/** What the bridge's log says of a command that failed; null: nothing. */
export function failureIn(
  said: unknown,
): { readonly name: string; readonly attribute: string; readonly error: string } | null {
  if (!isObject(said) || said['level'] !== 'error' || typeof said['message'] !== 'string') return null;
  for (const failure of failures) {
    const { attribute, error, name } = failure.exec(said['message'])?.groups ?? {};
    if (attribute !== undefined && name !== undefined)
      return { attribute, name, error: error ?? 'it has no such setting' };
  }
  return null;
}
