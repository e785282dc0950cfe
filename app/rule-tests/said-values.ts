import type { ComplaintList } from '#app/rule-tests/complaint-list.ts';
import type { Path } from '#app/rule-tests/written-yaml.ts';
import { propertyCatalogue } from '#model/catalogue.ts';
import type { Value } from '#model/reading.ts';

/** What a device says of its properties at message `index` of `count`. */
export type Values = (index: number, count: number) => Readonly<Record<string, Value>>;

type Course = (index: number, count: number) => Value;

/** The values of one message as they are; lists and ramps are for series. */
export function readValues(
  values: Readonly<Record<string, unknown>>,
  { complaints, isSeries, path }: { complaints: ComplaintList; isSeries: boolean; path: Path },
): Values {
  const courses: [string, Course][] = [];
  for (const [property, value] of Object.entries(values)) {
    const course = isSeries ? seriesOf(property, value) : plain(value);
    if (course) courses.push([property, course]);
    else
      complaints.add(
        [...path, property],
        isSeries
          ? 'must be a value, a list of values that take turns, or { from, to } of a ramp of numbers'
          : 'must be a number, a boolean or a text',
      );
  }
  return (index, count) =>
    Object.fromEntries(courses.map(([property, course]) => [property, course(index, count)]));
}

const isValue = (value: unknown): value is Value =>
  typeof value === 'boolean' ||
  typeof value === 'string' ||
  (typeof value === 'number' && Number.isFinite(value));

const plain = (value: unknown): Course | undefined => (isValue(value) ? () => value : undefined);

function seriesOf(property: string, value: unknown): Course | undefined {
  if (isValue(value)) return () => value;
  if (Array.isArray(value)) {
    const turns = value.filter(isValue);
    const [first] = turns;
    if (turns.length < value.length || first === undefined) return undefined;
    return (index) => turns[index % turns.length] ?? first;
  }
  return isRamp(value) ? ramp(property, value) : undefined;
}

interface Ramp {
  readonly from: number;
  readonly to: number;
}

const isRamp = (value: unknown): value is Ramp =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).sort().join() === 'from,to' &&
  Object.values(value).every((end) => typeof end === 'number' && Number.isFinite(end));

/** In even steps, rounded as finely as a sensor says it (the catalogue's resolution). */
function ramp(property: string, { from, to }: Ramp): Course {
  const resolution = propertyCatalogue.get(property)?.resolution ?? 1e-6;
  return (index, count) => {
    const exact = count < 2 ? from : from + ((to - from) * index) / (count - 1);
    return Number((Math.round(exact / resolution) * resolution).toFixed(9));
  };
}
