import type { Filter, Query } from '#dashboards/grafana/board.ts';
import { propertyCatalogue, propertyClasses } from '#model/catalogue.ts';

/** Every measurement that readings stand in. */
export const allReadings = `/^(${propertyClasses.join('|')})$/`;

/** `"grid" =~ /^$grid$/`: of several, or of all, Grafana puts `(a|b)` or `.*` there. */
export const within = (filters: readonly Filter[]): string =>
  filters.map((filter) => `"${filter}" =~ /^$${filter}$/`).join(' AND ');

/** What every InfluxQL query of a board asks for. */
const where = (filters: readonly Filter[], conditions: readonly string[]): string =>
  `WHERE ${[within(filters), ...conditions, '$timeFilter'].join(' AND ')}`;

const grouped = (tags: readonly string[], over: 'time' | 'range', fill: string): string => {
  const by = [...(over === 'time' ? ['time($__interval)'] : []), ...tags.map((tag) => `"${tag}"`)];
  return by.length === 0 ? '' : ` GROUP BY ${by.join(', ')}${over === 'time' ? ` fill(${fill})` : ''}`;
};

export interface Asked {
  readonly filters: readonly Filter[];
  /** `mean("num")`. */
  readonly select: string;
  /** More conditions, all of which have to hold. */
  readonly conditions?: readonly string[];
  /** A series for each value of these tags. */
  readonly by?: readonly string[];
  /** One figure for each interval, or one for all the time that is looked at. */
  readonly over: 'time' | 'range';
  /** What stands where an interval has nothing: `none` (a gap), or `0` where nothing means none. */
  readonly fill?: 'none' | '0';
  /** What a series is called; absent: by its tags. */
  readonly name?: string;
}
type Counting = Omit<Asked, 'select'>;

const calledBy = (tags: readonly string[]): string => tags.map((tag) => `$tag_${tag}`).join(' ');

const asked = (
  from: string,
  { by = [], conditions = [], fill = 'none', filters, name = calledBy(by), over, select }: Asked,
) =>
  ({
    source: 'influxdb',
    text: `SELECT ${select} FROM ${from} ${where(filters, conditions)}${grouped(by, over, fill)}`,
    ...(name === '' ? {} : { name }),
  }) satisfies Query;

/** Readings of one property. Throws when the catalogue does not know it. */
export function ofProperty(property: string, { conditions = [], ...rest }: Asked): Query {
  const known = propertyCatalogue.get(property);
  if (known === undefined) throw new Error(`the catalogue has no property ${property}`);
  return asked(`"${known.class}"`, { ...rest, conditions: [`"property" = '${property}'`, ...conditions] });
}

/** How often it was said of a property that is true or not that it is so. */
export const timesSo = (property: string, { conditions = [], ...rest }: Counting): Query =>
  ofProperty(property, { ...rest, select: 'sum("num")', conditions: [...conditions, '"num" > 0'] });

/** Readings of all properties: a series each measurement. */
export const ofReadings = (what: Asked): Query => asked(allReadings, what);
/** Events of alarms and of tasks: docs/grafana.md says what a row of them is. */
export const ofAlarms = (what: Asked): Query => asked('"alarms"', what);
export const ofTasks = (what: Asked): Query => asked('"tasks"', what);

/** How many alarms were raised. */
export const alarmsRaised = ({ conditions = [], ...rest }: Counting): Query =>
  ofAlarms({ ...rest, select: 'count("id")', conditions: [...conditions, `"kind" = 'raised'`] });

/** How many entries there are in the histories of tasks. */
export const stepsOfTasks = (what: Counting): Query => ofTasks({ ...what, select: 'count("id")' });

export interface Counted {
  readonly property: string;
  readonly filters: readonly Filter[];
  /** Which devices. */
  readonly conditions?: readonly string[];
  /** How they are told apart. */
  readonly by: readonly string[];
}

/** How many devices said something of the property. */
export function devicesThatSaid({ by, conditions = [], filters, property }: Counted): Query {
  const inner = ofProperty(property, {
    filters,
    conditions,
    select: 'last("num") AS "said"',
    by: [...by, 'device'],
    over: 'range',
  });
  return {
    source: 'influxdb',
    // The time stands outside, too: the figure then has the time from which was asked.
    text: `SELECT count("said") FROM (${inner.text}) WHERE $timeFilter GROUP BY ${by.map((tag) => `"${tag}"`).join(', ')}`,
    name: calledBy(by),
  };
}
