import {
  type Draft,
  type GivenTime,
  isObject,
  type JsonObject,
  type MessageDraft,
} from '#ingest/dialects/dialect.ts';
import { isInCabinet, kindOfShelly } from '#ingest/dialects/shelly-models.ts';

/** Of whom a status is, and when. */
export interface Told {
  readonly name: string;
  readonly time: GivenTime;
  readonly draft: MessageDraft;
  /** All of it, not what changed alone: what is not in it is not. */
  readonly isFull?: boolean;
}

interface Status {
  readonly status: JsonObject;
  readonly id: number;
  readonly part: Part;
  readonly name: string;
  readonly all: JsonObject;
}

/** A device that the message speaks of. */
interface Part {
  readonly device: Draft;
  readonly moment: number;
  /** Whether something of it complains; undefined: nothing is told of it. */
  hasErrors: boolean | undefined;
}

type Component = (status: Status) => void;

/**
 * The components of a status, `smoke:0` or `wifi` (shelly-api-docs.shelly.cloud: Functional components). A channel beyond the first
 * of what switches or measures is a device of its own behind it, and so is a radio thermostat or a sensor that it hears.
 */
export function sayComponents(all: JsonObject, { draft, isFull = false, name, time }: Told): void {
  draft.pass();
  const parts = new Map<string, Part>();
  for (const key in all) {
    const status = all[key];
    const [type = '', number = '0'] = key.split(':');
    const component = components.get(type);
    if (component === undefined || !isObject(status)) continue;
    const id = Number(number);
    const address = isOfItsOwn(type, id) ? `${name}/${key}` : name;
    const part = parts.get(address) ?? opened(address, { name, time, draft });
    parts.set(address, part);
    component({ status, id, part, name, all });
    if (complaining.has(type) && (isFull || status['errors'] !== undefined))
      part.hasErrors = (part.hasErrors ?? false) || hasErrors(status);
  }
  for (const { device, hasErrors, moment } of parts.values())
    if (hasErrors !== undefined) device.say(moment, 'fault', hasErrors);
}

function opened(address: string, { draft, name, time }: Told): Part {
  const kind = kindOfShelly(name);
  const device = draft.of(address, { name: address, ...(kind !== undefined && { kind }) });
  return { device, moment: device.moment(time), hasErrors: undefined };
}

/** A cable that is out, a sensor that does not answer, too much current: absent when all is well. */
const hasErrors = ({ errors }: JsonObject): boolean => Array.isArray(errors) && errors.length > 0;
const complaining: ReadonlySet<string> = new Set([
  'smoke',
  'flood',
  'temperature',
  'humidity',
  'switch',
  'cover',
  'light',
  'pm1',
]);

const channels: ReadonlySet<string> = new Set([
  'switch',
  'cover',
  'light',
  'rgbw',
  'rgb',
  'cct',
  'pm1',
  'em1',
]);
const heard: ReadonlySet<string> = new Set(['blutrv', 'bthomedevice', 'bthomesensor']);
const isOfItsOwn = (type: string, id: number): boolean => heard.has(type) || (channels.has(type) && id > 0);

/** Null is "not measured", and says nothing. */
function say({ part }: Status, key: string, value: unknown, unit?: string): void {
  if (typeof value === 'number' || typeof value === 'boolean')
    part.device.say(part.moment, key, value, { unit });
}

const alarm =
  (property: string): Component =>
  (status) => {
    say(status, property, status.status['alarm']);
    say(status, 'alarm-muted', status.status['mute']);
  };

/** The first is the device's own, those from 100 on are at an add-on's probes. */
const firstProbe = 100;
const temperature: Component = (status) => {
  const { id, name } = status;
  const value = status.status['tC'];
  if (id === 0) say(status, isInCabinet(name) ? 'device-temperature' : 'temperature', value, 'Cel');
  else say(status, id === firstProbe ? 'probe-temperature' : `temperature-${id}`, value, 'Cel');
};

const humidity: Component = (status) => {
  say(
    status,
    status.id === 0 || status.id === firstProbe ? 'humidity' : `humidity-${status.id}`,
    status.status['rh'],
  );
};

/** `external` is not read: on batteries it says that there is no mains, which is no news of it. */
const devicePower: Component = (status) => {
  const { battery } = status.status;
  if (!isObject(battery)) return;
  say(status, 'battery', battery['percent']);
  say(status, 'battery-voltage', battery['V'], 'V');
};

/** What goes through a channel, in W, V, A, Wh. */
function sayElectric(status: Status): void {
  const { aenergy, temperature: own } = status.status;
  say(status, 'active-power', status.status['apower'] ?? status.status['act_power'], 'W');
  say(status, 'voltage', status.status['voltage'], 'V');
  say(status, 'current', status.status['current'], 'A');
  if (isObject(aenergy)) say(status, 'energy', aenergy['total'], 'Wh');
  if (isObject(own)) say(status, 'device-temperature', own['tC'], 'Cel');
}

const switched: Component = (status) => {
  say(status, 'appliance-on', status.status['output']);
  sayElectric(status);
};

const meter: Component = (status) => {
  say(status, 'active-power', status.status['total_act_power'], 'W');
  say(status, 'current', status.status['total_current'], 'A');
  say(status, 'voltage', status.status['a_voltage'], 'V');
};
const meterData: Component = (status) => {
  say(status, 'energy', status.status['total_act'] ?? status.status['total_act_energy'], 'Wh');
};

/** A switch at the wall; of a button there is no state. */
const input: Component = (status) => {
  say(status, `input-${status.id}`, status.status['state']);
};

const zone: Component = (status) => {
  say(status, 'occupancy', status.status['value'] ?? status.status['state']);
  say(status, 'people-count', status.status['num_objects']);
};

/** The room's, unless its own thermometer says it. */
const thermostat: Component = (status) => {
  if (!('temperature:0' in status.all)) say(status, 'temperature', status.status['current_C'], 'Cel');
};

const radio: Component = (status) => {
  say(status, 'battery', status.status['battery']);
  say(status, 'rssi', status.status['rssi'], 'dBm');
  say(status, 'temperature', status.status['current_C'], 'Cel');
};

/** Without a network it says 0. */
const wifi: Component = (status) => {
  const { rssi } = status.status;
  if (rssi !== 0) say(status, 'rssi', rssi, 'dBm');
};

const components: ReadonlyMap<string, Component> = new Map<string, Component>([
  ['smoke', alarm('smoke')],
  ['flood', alarm('water-leak')],
  ['temperature', temperature],
  ['humidity', humidity],
  ['illuminance', (status) => say(status, 'illuminance', status.status['lux'], 'lx')],
  ['devicepower', devicePower],
  ['input', input],
  ['switch', switched],
  ['light', switched],
  ['rgb', switched],
  ['rgbw', switched],
  ['cct', switched],
  ['cover', sayElectric],
  ['pm1', sayElectric],
  ['em1', sayElectric],
  ['em', meter],
  ['emdata', meterData],
  ['em1data', meterData],
  ['presence', zone],
  ['presencezone', zone],
  ['occupancy', zone],
  ['thermostat', thermostat],
  ['blutrv', radio],
  ['bthomedevice', radio],
  // What it measures stands in its settings alone.
  ['bthomesensor', (status) => say(status, 'value', status.status['value'])],
  ['voltmeter', (status) => say(status, 'voltage', status.status['voltage'], 'V')],
  ['wifi', wifi],
  ['sys', (status) => say(status, 'uptime', status.status['uptime'])],
]);
