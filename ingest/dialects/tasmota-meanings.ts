/** What a value of Tasmota's is in words of ours. */
export interface Finding {
  readonly key: string;
  readonly value: unknown;
  readonly unit?: string | undefined;
}

const temperatureUnits: ReadonlyMap<string, string> = new Map([
  ['C', 'Cel'],
  ['F', '[degF]'],
]);
const pressureUnits: ReadonlyMap<string, string> = new Map([
  ['mmHg', 'mm[Hg]'],
  ['inHg', "[in_i'Hg]"],
]);

/** A name in the object of one sensor (empty: it is a device of its own); `units` are those of the message. */
export function sensorMeaning(
  sensor: string,
  name: string,
  value: unknown,
  units: ReadonlyMap<string, string>,
): Finding | undefined {
  if (typeof value !== 'number' && typeof value !== 'boolean' && typeof value !== 'string') return undefined;
  const given = units.get(name === 'Temperature' ? 'temperature' : 'pressure') ?? '';
  switch (name) {
    case 'Temperature':
      return {
        // The chip's own.
        key: sensor === 'ESP32' ? 'device-temperature' : 'temperature',
        value,
        unit: temperatureUnits.get(given) ?? 'Cel',
      };
    case 'Pressure':
      return { key: 'pressure', value, unit: pressureUnits.get(given) ?? 'hPa' };
    // Of a BME680 it is a resistance in kΩ.
    case 'Gas':
      return { key: sensor.startsWith('BME68') ? 'gas-resistance' : 'gas', value };
    case 'Id':
    case 'Time':
    case 'Type':
      return undefined;
    default:
      return sensor === 'ENERGY' ? energyMeaning(name, value) : plainMeaning(sensor, name, value);
  }
}

const energy: ReadonlyMap<string, string> = new Map([
  ['Power', 'active-power'],
  ['Voltage', 'voltage'],
  ['Current', 'current'],
  ['Total', 'energy'],
]);
const energyMeaning = (name: string, value: unknown): Finding | undefined => {
  const key = energy.get(name);
  return key === undefined ? undefined : { key, value };
};

const plain: ReadonlyMap<string, string> = new Map([
  ['CarbonDioxide', 'co2'],
  ['eCO2', 'eco2'],
  ['TVOC', 'voc'],
  ['Humidity', 'humidity'],
  ['Illuminance', 'illuminance'],
  ['Battery', 'battery'],
  ['RSSI', 'rssi'],
  ['DewPoint', 'dew-point'],
]);
/** Of other names each keeps its own, with its sensor's before it, so that two do not meet. */
const plainMeaning = (sensor: string, name: string, value: unknown): Finding => ({
  key: plain.get(name) ?? (sensor === '' || common.test(name) ? name : `${sensor}-${name}`),
  value,
});
const common = /^(?:PM|CO|Noise|Oxygen|Motion|Occupancy)/;

/** Bits of an IAS zone's status (Zigbee Cluster Library, 8.2.2.2.1.3). */
const zoneBits = [
  ['tamper', 2],
  ['battery-low', 3],
  ['fault', 6],
  ['test', 8],
] as const;

const attributes: ReadonlyMap<
  string,
  { readonly key: string; readonly isYes?: boolean; readonly unit?: string }
> = new Map([
  ['Temperature', { key: 'temperature', unit: 'Cel' }],
  ['Humidity', { key: 'humidity' }],
  ['Pressure', { key: 'pressure', unit: 'hPa' }],
  ['Illuminance', { key: 'illuminance' }],
  ['BatteryPercentage', { key: 'battery' }],
  ['BatteryVoltage', { key: 'battery-voltage', unit: 'V' }],
  ['CurrentTemperature', { key: 'device-temperature', unit: 'Cel' }],
  ['LinkQuality', { key: 'link-quality' }],
  ['RSSI', { key: 'rssi' }],
  ['SNR', { key: 'snr' }],
  ['RMSVoltage', { key: 'voltage', unit: 'V' }],
  ['ActivePower', { key: 'active-power', unit: 'W' }],
  ['Occupancy', { key: 'occupancy', isYes: true }],
  // The zone's alarm bit: 1 is open.
  ['Contact', { key: 'door-open', isYes: true }],
  ['DoorOpen', { key: 'door-open', isYes: true }],
  ['Fire', { key: 'smoke', isYes: true }],
  ['Water', { key: 'water-leak', isYes: true }],
  ['CO', { key: 'co-alarm', isYes: true }],
  ['PersonalAlarm', { key: 'sos', isYes: true }],
  ['Panic', { key: 'sos', isYes: true }],
  ['Movement', { key: 'motion', isYes: true }],
  ['Power', { key: 'appliance-on', isYes: true }],
]);

const unsaid: ReadonlySet<string> = new Set(['Device', 'Name', 'Endpoint', 'Group', 'Node', 'ZoneType']);

/** An attribute of a device behind a Zigbee or LoRa bridge; a zone's status says several things. */
export function attributeMeaning(name: string, value: unknown, isLora: boolean): readonly Finding[] {
  if (unsaid.has(name) || (typeof value !== 'number' && typeof value !== 'boolean')) {
    // A shock, in words of Aqara's.
    return name === 'AqaraVibrationMode' && value === 'vibrate' ? [{ key: 'vibration', value: true }] : [];
  }
  if (name === 'ZoneStatus' || name === 'ZoneStatusChange')
    return typeof value === 'number' && Number.isSafeInteger(value)
      ? zoneBits.map(([key, bit]) => ({ key, value: (value & (1 << bit)) !== 0 }))
      : [];
  if (name === 'ZoneStatusChangeZone') return [];
  if (isLora && name === 'Battery') return [{ key: 'battery-voltage', value, unit: 'V' }];
  const known = attributes.get(name);
  if (known === undefined) return [{ key: name, value }];
  const { isYes, key, unit } = known;
  return [{ key, value: isYes && typeof value === 'number' ? value !== 0 : value, unit }];
}
