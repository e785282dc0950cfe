import { type Draft, isObject, type MessageDraft } from '#ingest/dialects/dialect.ts';
import { isSleeper, kindOfShelly } from '#ingest/dialects/shelly-models.ts';
import { wordAsNumber } from '#ingest/dialects/words.ts';
import type { Heard } from '#ingest/heard.ts';

/**
 * Shelly's first generation (shelly-api-docs.shelly.cloud/gen1: MQTT support): `shellies/NAME/sensor/smoke` `true`, bare values each
 * at a topic of its own. Temperatures are in the unit that the device is set to; °C, as from the factory, is taken.
 */
export function readFirstGeneration(message: Heard, draft: MessageDraft): void {
  const levels = message.levels.slice(message.levels.indexOf('shellies') + 1);
  const [name = '', ...rest] = levels;
  if (message.isEmpty || name === '' || rest.length === 0) draft.pass();
  else if (rest.join('/') === 'status') readMotion(message, name, draft);
  else
    readValue(rest, message.text.trim(), draft.of(name, { name, kind: kindOfShelly(name) }), { name, draft });
}

interface Where {
  readonly name: string;
  readonly draft: MessageDraft;
}

function readValue(path: readonly string[], text: string, device: Draft, { draft, name }: Where): void {
  const at = path.join('/');
  const value = values.get(at) ?? (/^sensor\/temperatures?$/.test(at) ? 'temperature' : undefined);
  const moment = device.moment({ kind: 'none' });
  const number = wordAsNumber(text);
  draft.pass();
  // Or that it does not know.
  if (at === 'sensor/state' && /^(?:open|close)$/.test(text))
    device.say(moment, 'door-open', text === 'open');
  else if (at === 'sensor/gas') sayGas(text, moment, device);
  else if (/^relay\/\d$/.test(at) && (text === 'on' || text === 'off'))
    device.say(moment, at === 'relay/0' ? 'appliance-on' : `appliance-on-${at.slice(-1)}`, text === 'on');
  // In watt-minutes.
  else if (/^(?:relay|meter)\/0\/energy$/.test(at) && number !== undefined)
    device.say(moment, 'energy', number / 60, { unit: 'Wh' });
  else if (at === 'input_event/0' && /"event":\s*"[SL]+"/.test(text))
    device.say(moment, 'sos', true, { onlyOf: 'sos-button' });
  else if (at === 'temperature' && !isSleeper(name))
    device.say(moment, 'device-temperature', text, { isLoose: true });
  else if (value !== undefined) device.say(moment, value, text, { isLoose: true });
}

const values: ReadonlyMap<string, string> = new Map([
  ['sensor/smoke', 'smoke'],
  ['sensor/flood', 'water-leak'],
  ['sensor/humidity', 'humidity'],
  ['sensor/lux', 'illuminance'],
  ['sensor/battery', 'battery'],
  ['sensor/vibration', 'vibration'],
  ['sensor/motion', 'motion'],
  ['sensor/concentration', 'gas-ppm'],
  ['relay/0/power', 'active-power'],
  ['voltage', 'voltage'],
]);

/** `none`, `mild`, `heavy`, `test`. */
function sayGas(text: string, moment: number, device: Draft): void {
  if (text === 'test') device.say(moment, 'test', true);
  else if (text === 'none' || text === 'mild' || text === 'heavy') device.say(moment, 'gas', text !== 'none');
}

/** Its motion sensors say all at once; `-1` is that it does not know. */
function readMotion({ json }: Heard, name: string, draft: MessageDraft): void {
  if (!json.ok || !isObject(json.value)) {
    draft.refuse('malformed', json.ok ? 'a status is an object' : json.detail);
    return;
  }
  const { bat, lux, motion, timestamp, vibration } = json.value;
  const device = draft.of(name, { name, kind: kindOfShelly(name) });
  const moment = device.moment(
    typeof timestamp === 'number' && timestamp > 0
      ? { kind: 'stamp', stamp: timestamp * 1_000 }
      : { kind: 'none' },
  );
  draft.pass();
  device.say(moment, 'motion', motion, { isLoose: true });
  device.say(moment, 'vibration', vibration, { isLoose: true });
  if (isKnown(lux)) device.say(moment, 'illuminance', lux);
  if (isKnown(bat)) device.say(moment, 'battery', bat);
}

const isKnown = (value: unknown): boolean => typeof value === 'number' && value >= 0;
