import { type DurationMs, day, durationMs, type EpochMs, epochMs } from '#model/brand.ts';
import { propertyCatalogue, type Sensitivity } from '#model/catalogue.ts';
import { parseDuration } from '#model/duration.ts';

/** How long data is kept; null: for good. Roll-ups never shorter than the readings that they are made of. */
export interface Keeping {
  readonly readingsMs: DurationMs | null;
  readonly rollupsMs: DurationMs | null;
}

/** What is older goes; null: nothing does. */
export interface KeptFrom {
  readonly readingsFrom: EpochMs | null;
  readonly rollupsFrom: EpochMs | null;
}

/** How long what is kept, by class and, where it says so, by property. Plain data: threads hand it to each other. */
export interface Retention {
  readonly classes: Readonly<Record<Sensitivity, Keeping>>;
  readonly properties: Readonly<Record<string, Keeping>>;
}

export const sensitivities = ['public', 'operational', 'personal', 'health'] as const;

const days = (count: number): DurationMs => durationMs(count * day);

/**
 * Half a year of doors and rooms and a quarter of a year of vitals are longer than any window of a rule; roll-ups say how it was on the
 * whole for a year more (docs/privacy.md).
 */
export const defaultRetention: Retention = {
  classes: {
    public: { readingsMs: days(730), rollupsMs: days(3_650) },
    operational: { readingsMs: days(730), rollupsMs: days(3_650) },
    personal: { readingsMs: days(180), rollupsMs: days(365) },
    health: { readingsMs: days(90), rollupsMs: days(365) },
  },
  properties: {},
};

/** Of a property; what nobody defined may come from a person's device and is kept as health is. */
export function keepingOf(retention: Retention, property: string): Keeping {
  return (
    retention.properties[property] ??
    retention.classes[propertyCatalogue.get(property)?.sensitivity ?? 'health']
  );
}

/** What of a property is still kept at `now`. */
export function keptFrom(retention: Retention, property: string, now: EpochMs): KeptFrom {
  const { readingsMs, rollupsMs } = keepingOf(retention, property);
  return {
    readingsFrom: readingsMs === null ? null : epochMs(now - readingsMs),
    rollupsFrom: rollupsMs === null ? null : epochMs(now - rollupsMs),
  };
}

/** `{ health: { readings: 90d, rollups: forever }, properties: { … } }` over the defaults; undefined: it says something else. */
export function parseRetention(value: unknown): Retention | undefined {
  if (!isRecord(value)) return undefined;
  const { properties = {}, ...named } = value;
  if (!isRecord(properties)) return undefined;
  const classes: Partial<Record<Sensitivity, Keeping>> = {};
  for (const [name, given] of Object.entries(named)) {
    const sensitivity = sensitivities.find((each) => each === name);
    const keeping = sensitivity && keepingFrom(given, defaultRetention.classes[sensitivity]);
    if (sensitivity === undefined || keeping === undefined) return undefined;
    classes[sensitivity] = keeping;
  }
  const own: Record<string, Keeping> = {};
  const retention = { classes: { ...defaultRetention.classes, ...classes }, properties: own };
  for (const [name, given] of Object.entries(properties)) {
    const keeping = keepingFrom(given, keepingOf({ ...retention, properties: {} }, name));
    if (keeping === undefined) return undefined;
    own[name] = keeping;
  }
  return retention;
}

/** What of the two is not said is as `otherwise`; roll-ups that nobody limits are kept as long as the readings at least. */
function keepingFrom(given: unknown, otherwise: Keeping): Keeping | undefined {
  if (!isRecord(given)) return undefined;
  if (Object.keys(given).some((key) => key !== 'readings' && key !== 'rollups')) return undefined;
  const readingsMs = given['readings'] === undefined ? otherwise.readingsMs : lengthOf(given['readings']);
  const said = given['rollups'] === undefined ? otherwise.rollupsMs : lengthOf(given['rollups']);
  if (readingsMs === undefined || said === undefined) return undefined;
  const isShorter = said !== null && (readingsMs === null || said < readingsMs);
  if (isShorter && given['rollups'] !== undefined) return undefined;
  return { readingsMs, rollupsMs: isShorter ? readingsMs : said };
}

/** At least a day: history is cut by days. */
function lengthOf(text: unknown): DurationMs | null | undefined {
  if (text === 'forever') return null;
  const length = typeof text === 'string' ? parseDuration(text) : undefined;
  return length !== undefined && length >= day ? length : undefined;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
