import { Point } from '@influxdata/influxdb-client';
import { propertyCatalogue, propertyClasses } from '#model/catalogue.ts';
import type { Reading } from '#model/reading.ts';
import { named } from '#store/history/influxdb/quote.ts';

/** Where a device stands and what it is, as far as it is known: tags of its readings. Ids only, no names. */
export interface Placement {
  readonly community?: string;
  readonly place?: string;
  readonly building?: string;
  readonly grid?: string;
  readonly kind?: string;
}

/** The measurement that holds a property: its class in the catalogue. */
export const measurementOf = (property: string): string => propertyCatalogue.get(property)?.class ?? 'other';

/** All measurements of readings, for FROM. */
export const everyMeasurement = propertyClasses.map((name) => named(name)).join(', ');

/** The measurement that says up to which record the readings are here, and up to which event what happened: a point an hour. */
export const reached = 'gridbell_position';

/** How a value was said, as in model/received.ts. */
export const kindOf = { number: 0, boolean: 1, text: 2 } as const;

/**
 * A reading as line protocol, times in ms. Each type has a field of its own, so that a property that changes its type can never be
 * refused; a boolean is a number as well, for boards. `order`: the reading's place in its message.
 */
export function readingLine(reading: Reading, placement: Placement | undefined, order = 0): string {
  const { at, device, flags, property, receivedAt, value } = reading;
  const point = new Point(measurementOf(property)).timestamp(Math.floor(at));
  tag(point, { ...placement, device, property });
  point
    .intField('d', Math.floor(receivedAt) - Math.floor(at))
    .intField('f', flags)
    .intField('o', order);
  if (typeof value === 'string') point.stringField('text', value).intField('k', kindOf.text);
  else if (typeof value === 'boolean')
    point.booleanField('bool', value).intField('k', kindOf.boolean).floatField('num', Number(value));
  else point.intField('k', kindOf.number);
  // String(-0) is 0.
  if (typeof value === 'number') point.fields['num'] = Object.is(value, -0) ? '-0' : String(value);
  return point.toLineProtocol() ?? '';
}

/** An empty tag is none. */
export function tag(point: Point, tags: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(tags)) if (value) point.tag(name, value);
}

/** Line protocol has no way to write these into a name. */
export const isName = (name: string): boolean => name !== '' && !/[\n\r\t]|\\$/.test(name);
