import deviceKinds from '#model/device-kinds.json' with { type: 'json' };
import properties from '#model/properties.json' with { type: 'json' };
import type { LocalText } from '#model/text.ts';

/** How closely a property looks into somebody's life; see docs/contract.md and the privacy rules in docs/privacy.md. */
export type Sensitivity = 'public' | 'operational' | 'personal' | 'health';

/** What a property is about: one measurement each in a time series database (store/history/influxdb, dashboards/grafana). */
export const propertyClasses = [
  'safety',
  'environment',
  'presence',
  'vitals',
  'access',
  'vision',
  'energy',
  'position',
  'device',
  'other',
] as const;
export type PropertyClass = (typeof propertyClasses)[number];

export interface PropertyDefinition {
  readonly name: string;
  readonly class: PropertyClass;
  readonly type: 'number' | 'boolean' | 'text';
  /** UCUM-like symbol: `Cel`, `%`, `ppm`, `/min`, `mm[Hg]`, …; null without a unit. */
  readonly unit: string | null;
  /** Inclusive physical bounds of a number; beyond them the value is quarantined. */
  readonly min?: number;
  readonly max?: number;
  /** Smallest step that is meant: the rules engine sums in integers of it. */
  readonly resolution?: number;
  /** Devices say it in this type too (gas as `true`, or in ppm): such a value is a reading as it came. */
  readonly also?: 'number' | 'boolean';
  /** The words that a text may be. */
  readonly values?: readonly string[];
  readonly label: LocalText;
  readonly sensitivity: Sensitivity;
}

export interface DeviceKindDefinition {
  readonly name: string;
  readonly label: LocalText;
  /** What such a device usually says. */
  readonly properties: readonly string[];
  /** Life-safety kinds have the disk reserve, no probation, no quiet hours; no mode holds them back. */
  readonly lifeSafety: boolean;
  /** May carry others and send up to 4 MiB. */
  readonly gateway: boolean;
}

/** Every property that Gridbell knows, by kebab-case name. */
export const propertyCatalogue: ReadonlyMap<string, PropertyDefinition> = new Map(
  (properties as readonly PropertyDefinition[]).map((entry) => [entry.name, entry]),
);

/** The device kinds that the contract names; the list is open. */
export const deviceKindCatalogue: ReadonlyMap<string, DeviceKindDefinition> = new Map(
  (deviceKinds as readonly DeviceKindDefinition[]).map((entry) => [entry.name, entry]),
);

/** What most devices say of themselves: no kind of device is there for it. */
export const housekeepingProperties: ReadonlySet<string> = new Set([
  'battery',
  'battery-low',
  'battery-voltage',
  'tamper',
  'test',
  'fault',
  'online',
  'rssi',
  'snr',
  'link-quality',
  'firmware',
  'uptime',
  'device-temperature',
]);

/** Of itself or of its own supply, whatever it is for. */
export const everyKindSays: ReadonlySet<string> = new Set([
  ...housekeepingProperties,
  'power',
  'voltage',
  'current',
  'active-power',
  'energy',
]);
