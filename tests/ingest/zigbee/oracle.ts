import type { Exposed } from '#tests/ingest/zigbee/definitions.ts';

/**
 * What a property of a Zigbee device means, read from its exposes (name, unit, words, description) and from nothing else: the
 * dialect has never seen an expose, and this has never seen the dialect.
 */
export type Meaning =
  /** It is one of the catalogue's; each way in which it can be said, and what is meant then. */
  | { readonly is: 'reading'; readonly property: string; readonly says: readonly Says[] }
  /** It is a reading of the field, and this page does not know what of the catalogue it should be. */
  | { readonly is: 'unknown'; readonly why: string }
  /** It is about something else. */
  | { readonly is: 'other' };

export interface Says {
  readonly said: unknown;
  /** In the catalogue's unit; undefined: that word says nothing of the property. */
  readonly meant: number | boolean | undefined;
}

const other: Meaning = { is: 'other' };

/** Smoke, CO, gas, leak, contact, occupancy, a call for help, vibration, temperature, and a fall. */
const field =
  /smoke|(^|_)gas(_|$)|carbon_monoxide|(^|_)co(_|$)|leak|contact|door_state|door_sensor|opening_state|occupan|presence|motion|(^|_)sos(_|$)|vibration|temperature|fall_(down_)?status|^water_warning$/;

/** Not what it senses: limits and settings that nobody can set from outside, counts, the state of its own parts. */
const besides: readonly RegExp[] = [
  /timeout|delay|duration|interval|sensitiv|threshold|_time$|keep_time|last_changed|_battery$|_unit$|calibration/,
  // Of alarms by a limit: what was measured stands beside.
  /temperature_(alarm|warning|control|status)|temperature_alarm|alarm_temperature|temp_alarm/,
  /^(min|max|low|target|boost|eco|comfort|raw|display|remote|apparent|action)_|^high_temperature$|_(min|max)(_|$)|setpoint|raw_/,
  // Inside of machines, pipes and water.
  /heat_exchanger|(boiler|return|inlet|outlet|dhw|target)_?water|(^|_)(water|dhw)_temperature|temperature_water|compressor|coil/,
  /leakage_current|^leakage$|leak(age)?_(test|breaker)|wire_break|connection_control/,
  // Of a person's way and speed, of a raw signal.
  /motion_(speed|direction)|body_motion|presence_event|occupancy_level|vibration_(count|limit|siren)|motion_sens/,
  /silenced|muted|neutral_presence|presence_potential|soil|water_warning|thermostat_occupancy|co2/,
];

/** A device's own temperature; that outside; that at a probe, whose place nobody but the owner knows. */
const temperatures: readonly (readonly [name: RegExp, property: string])[] = [
  [
    /^(device|cpu|device_intenal|local_temperature_internal)(_|$)|_internal$|^internal_?temp/i,
    'device-temperature',
  ],
  [/^outdoor_/, 'outdoor-temperature'],
  [/probe|external|ntc|floor|cable|^temperature_sensor$/, 'probe-temperature'],
  [/^(local_|current_|room_)?temperature(_[cf])?$/, 'temperature'],
];

/** Ends by which the endpoints, probes and zones of a device are told apart. */
const part =
  /_(l?\d{1,2}|th\d|ep\d|alarm_\d|zone_\d|wire_\d|both_zones|in|out|or|and|up|down|left|right|ds|bme)$/;

const sensed: readonly (readonly [name: RegExp, property: string])[] = [
  [/^smoke(_state)?$/, 'smoke'],
  [/^gas(_state|_sensor_state)?$/, 'gas'],
  [/^(carbon_monoxide|co_state)$/, 'co-alarm'],
  [/^(active_)?water_leak(age_state)?$|_leak_detect$/, 'water-leak'],
  [/^(garage_door_)?contact$|^door_state$|^opening_state$/, 'door-open'],
  [/^(occupancy|presence)(_state|_status)?$|_area\d_occupancy$|^(human_)?motion_state$/, 'occupancy'],
  [/^motion(_status)?$/, 'motion'],
  [/^sos(_alarm)?$/, 'sos'],
  [/^vibration$/, 'vibration'],
  [/^fall_(down_)?status$/, 'fall'],
];

/** Beside the field: what every detector says of itself. */
const companions: ReadonlyMap<string, string> = new Map([
  ['tamper', 'tamper'],
  ['battery_low', 'battery-low'],
  ['battery', 'battery'],
  ['test', 'test'],
  ['humidity', 'humidity'],
  ['illuminance', 'illuminance'],
]);

/** Presses by which somebody calls for help (Zigbee's IAS ACE commands, and what makers call theirs). */
const calls = /^(emergency|panic|sos)$/;

export const isOfTheField = (exposed: Exposed): boolean =>
  meaningOf(exposed).is !== 'other' && !isCompanion(exposed);
export const isCompanion = ({ key }: Exposed): boolean => companions.has(key);

export function meaningOf(exposed: Exposed): Meaning {
  const { key } = exposed;
  if (key === 'action') return action(exposed);
  const companion = companions.get(key);
  if (companion !== undefined) return exposed.isSettable ? other : sayingOf(companion, exposed);
  if (!field.test(key) || besides.some((pattern) => pattern.test(key))) return other;
  if (exposed.isSettable && !isPlain(exposed)) return other;
  if (exposed.type === 'numeric') return numeric(exposed);
  const name = key.replace(part, '');
  const found = sensed.find(([pattern]) => pattern.test(name));
  return found === undefined
    ? { is: 'unknown', why: 'no property of the catalogue' }
    : sayingOf(found[1], exposed);
}

/** Yes or no under a plain name is what is sensed, even where it can be written. */
const isPlain = ({ key, on }: Exposed): boolean =>
  typeof on === 'boolean' &&
  /^(smoke|gas|carbon_monoxide|water_leak|contact|occupancy|presence|sos|vibration)$/.test(key);

function action({ words }: Exposed): Meaning {
  const says = words.filter((word) => calls.test(word)).map((said) => ({ said, meant: true }));
  return says.length === 0 ? other : { is: 'reading', property: 'sos', says };
}

function numeric(exposed: Exposed): Meaning {
  const { key, unit } = exposed;
  if (/temperature/.test(key)) return temperature(exposed);
  if (/^smoke_(density|concentration|level|value|density_dbm)$/.test(key))
    return at('smoke-density', [[0.12, 0.12]]);
  if (/^(co|co_ppm|carbon_monoxide_value)$/.test(key) && unit === 'ppm') return at('co', [[35, 35]]);
  if (key.startsWith('gas')) return concentration(unit);
  return {
    is: 'unknown',
    why: `a number${unit === '' ? '' : ` in ${unit}`} of no property of the catalogue`,
  };
}

/** A meter of gas is no detector. */
function concentration(unit: string): Meaning {
  if (unit === 'm³') return other;
  if (unit === '%LEL' || unit === '') return at('gas-concentration', [[12, 12]]);
  return {
    is: 'unknown',
    why: `a concentration in ${unit}; the state does not tell it from one in ${unit === 'ppm' ? '%LEL' : 'ppm'}`,
  };
}

function temperature({ key, unit }: Exposed): Meaning {
  const found =
    temperatures.find(([pattern]) => pattern.test(key)) ??
    temperatures.find(([pattern]) => pattern.test(key.replace(part, '')));
  if (found === undefined) return { is: 'unknown', why: 'a temperature of what, nobody knows' };
  const [, property] = found;
  if (/^(°F|℉)$/.test(unit))
    return at(property, [
      [70.7, 21.5],
      [14, -10],
    ]);
  if (/^(°C|℃|C)?$/.test(unit))
    return at(property, [
      [21.5, 21.5],
      [-10, -10],
    ]);
  return { is: 'unknown', why: `a temperature in ${unit}` };
}

const at = (property: string, pairs: readonly (readonly [said: number, meant: number])[]): Meaning => ({
  is: 'reading',
  property,
  says: pairs.map(([said, meant]) => ({ said, meant })),
});

function sayingOf(property: string, exposed: Exposed): Meaning {
  if (exposed.type === 'numeric')
    return at(property, [[property === 'battery' ? 87 : 55.5, property === 'battery' ? 87 : 55.5]]);
  if (exposed.type === 'binary') return { is: 'reading', property, says: binary(property, exposed) };
  const says = exposed.words.map((said) => ({ said, meant: wordMeans(property, said) }));
  return says.some(({ meant }) => meant !== undefined)
    ? { is: 'reading', property, says }
    : { is: 'unknown', why: `words that nobody knows: ${exposed.words.join(', ')}` };
}

/**
 * `value_on` is what is sensed, but of contacts: of them the description says which is closed, and where it does not, the
 * converter of all IAS zones has it so (true is closed).
 */
function binary(property: string, { description, on, off }: Exposed): Says[] {
  if (property !== 'door-open')
    return [
      { said: on, meant: true },
      { said: off, meant: false },
    ];
  const isClosed = /closed \(= (true|false)\)/.exec(description)?.[1] !== 'false';
  const truth = (value: unknown): boolean => value === true || value === 'ON';
  return [on, off].map((said) => ({ said, meant: truth(said) !== isClosed }));
}

function wordMeans(property: string, given: string): boolean | undefined {
  const word = given.toLowerCase();
  if (property === 'occupancy') return word === 'unknown' ? undefined : word !== 'none';
  if (property === 'door-open')
    return /^(open|tilted)$/.test(word) ? true : word === 'closed' ? false : undefined;
  if (/^(none|normal|detecting|water_leakage_no)$/.test(word)) return false;
  return /alarm|fall|_yes$/.test(word) ? true : undefined;
}
