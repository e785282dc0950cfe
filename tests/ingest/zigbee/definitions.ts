import { prepareDefinition } from 'zigbee-herdsman-converters';
import definitions from 'zigbee-herdsman-converters/devices/index';

/** What a definition of Zigbee2MQTT's exposes tells of one property that a device says. */
export interface Exposed {
  /** The key in a state. */
  readonly key: string;
  readonly type: 'binary' | 'numeric' | 'enum';
  readonly unit: string;
  /** Of yes and no: how both are written. */
  readonly on: unknown;
  readonly off: unknown;
  /** The words of an enumeration. */
  readonly words: readonly string[];
  readonly description: string;
  /** It can be set, so it may be a setting. */
  readonly isSettable: boolean;
}

/** A device that Zigbee2MQTT knows, with all that it says. */
export interface ZigbeeDevice {
  readonly name: string;
  readonly exposes: readonly Exposed[];
}

interface RawExpose {
  readonly type: string;
  readonly property?: string;
  readonly access?: number;
  readonly category?: string;
  readonly unit?: string;
  readonly value_on?: unknown;
  readonly value_off?: unknown;
  readonly values?: readonly (string | number)[];
  readonly description?: string;
  readonly features?: readonly RawExpose[];
}

/** Bits of its access: published in the state; can be set. */
const published = 1;
const settable = 2;

/** All of them; one model may have several definitions. Takes a second and 150 MB, once. */
export function zigbeeDevices(): ZigbeeDevice[] {
  return definitions.default.map((definition) => {
    const { exposes, model, vendor } = prepareDefinition(definition);
    const raw: unknown =
      typeof exposes === 'function' ? exposes({ isDummyDevice: true } as never, {}) : exposes;
    return { name: `${vendor} ${model}`, exposes: flat(raw as readonly RawExpose[]) };
  });
}

const flat = (exposes: readonly RawExpose[]): Exposed[] =>
  exposes.flatMap((expose) =>
    // A composite is an object of settings; the others are names for a group.
    expose.features !== undefined && expose.type !== 'composite' ? flat(expose.features) : exposedOf(expose),
  );

function exposedOf(raw: RawExpose): Exposed[] {
  const { access = 0, category, property, type } = raw;
  if (property === undefined || (access & published) === 0 || category === 'config') return [];
  if (type !== 'binary' && type !== 'numeric' && type !== 'enum') return [];
  return [
    {
      key: property,
      type,
      unit: raw.unit ?? '',
      on: raw.value_on,
      off: raw.value_off,
      words: (raw.values ?? []).map(String),
      description: raw.description ?? '',
      isSettable: (access & settable) !== 0,
    },
  ];
}
