import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';
import { CommandFailure, lineOf } from '#cli/failure.ts';
import { parseDuration } from '#model/duration.ts';

const closed = <const T extends Parameters<typeof Type.Object>[0]>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });
const Constant = Type.Union([Type.Number(), Type.Boolean(), Type.String()]);

/** How the cells of one column become a property's values; docs/recordings.md says what each key means. */
export const PropertySource = closed({
  column: Type.String({ minLength: 1 }),
  as: Type.Optional(
    Type.Unsafe<'number' | 'boolean' | 'text'>(Type.String({ enum: ['number', 'boolean', 'text'] })),
  ),
  scale: Type.Optional(Type.Number()),
  offset: Type.Optional(Type.Number()),
  /** True where the cell is this. */
  equals: Type.Optional(Constant),
  /** Cell text → value. */
  map: Type.Optional(Type.Record(Type.String(), Constant)),
});
export type PropertySource = Static<typeof PropertySource>;

export const RecordedDevice = closed({
  id: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }),
  /** Data rows of this device, counted from 0: `from` ≤ row < `to`; default: all. */
  rows: Type.Optional(
    closed({
      from: Type.Optional(Type.Integer({ minimum: 0 })),
      to: Type.Optional(Type.Integer({ minimum: 1 })),
    }),
  ),
  /** By property name. A bare text is the column. */
  properties: Type.Optional(
    Type.Record(Type.String(), Type.Union([Type.String({ minLength: 1 }), PropertySource])),
  ),
  /** Sent with every message of the device. */
  constants: Type.Optional(Type.Record(Type.String(), Constant)),
});
export type RecordedDevice = Static<typeof RecordedDevice>;

export const TimeSource = closed({
  column: Type.Optional(Type.String({ minLength: 1 })),
  /** `epoch-s`, `epoch-ms`, `iso`, or a Luxon pattern. */
  format: Type.Optional(Type.String({ minLength: 1 })),
  /** IANA zone of times that name none; default UTC. */
  zone: Type.Optional(Type.String()),
  /** Generated: time of row 0 (ISO 8601 with zone) … */
  start: Type.Optional(Type.String()),
  /** … and the step from row to row. */
  every: Type.Optional(Type.String()),
});
export type TimeSource = Static<typeof TimeSource>;

export const RecordingMap = closed({
  format: Type.Optional(Type.Unsafe<'csv' | 'jsonl'>(Type.String({ enum: ['csv', 'jsonl'] }))),
  delimiter: Type.Optional(Type.String({ minLength: 1 })),
  /** True: the first line names the columns (default); a list: these are the names and the first line is data. */
  header: Type.Optional(Type.Union([Type.Literal(true), Type.Array(Type.String(), { minItems: 1 })])),
  /** Cells that mean "nothing said"; default: empty, NaN, null. */
  missing: Type.Optional(Type.Array(Type.String())),
  /** Files beside the map, brought in before the recording. */
  community: Type.Optional(Type.String({ minLength: 1 })),
  rules: Type.Optional(
    Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }))]),
  ),
  time: TimeSource,
  devices: Type.Array(RecordedDevice, { minItems: 1 }),
});
export type RecordingMap = Static<typeof RecordingMap>;

/** Reads a map file; throws one CommandFailure that names every mistake. `file` is for its message. */
export function parseRecordingMap(text: string, file: string): RecordingMap {
  let map: unknown;
  try {
    map = parse(text);
  } catch (error) {
    throw new CommandFailure(`${file} is not YAML: ${lineOf(error)}; correct it and run it again`, {
      cause: error,
    });
  }
  const problems = [
    ...new Set(
      Value.Errors(RecordingMap, map)
        // A key that nobody knows is reported twice: at the key (boolean) and at what holds it.
        .filter(({ keyword }) => keyword !== 'additionalProperties')
        .map(({ keyword, instancePath, message }) => {
          const path = instancePath.slice(1).replaceAll('/', '.') || 'the map';
          return keyword === 'boolean' ? `${path} is not known here` : `${path} ${message}`;
        }),
    ),
  ];
  if (problems.length > 0 || !Value.Check(RecordingMap, map))
    throw new CommandFailure(`${file}: ${problems.join('; ')}; docs/recordings.md describes map files`);
  const contradictions = [...timeProblems(map.time), ...deviceProblems(map)];
  if (contradictions.length > 0)
    throw new CommandFailure(`${file}: ${contradictions.join('; ')}; docs/recordings.md describes map files`);
  return map;
}

function timeProblems({ column, format, zone, start, every }: TimeSource): string[] {
  if (column !== undefined) {
    if (start !== undefined || every !== undefined) return ['time has a column or start and every, not both'];
    return format === undefined ? ['time.format is missing (epoch-s, epoch-ms, iso or a Luxon pattern)'] : [];
  }
  if (start === undefined || every === undefined) return ['time wants column and format, or start and every'];
  const problems: string[] = [];
  if (format !== undefined || zone !== undefined)
    problems.push('time.format and time.zone belong to a column');
  if (!/(Z|[+-]\d\d:?\d\d)$/.test(start) || Number.isNaN(Date.parse(start)))
    problems.push(`time.start "${start}" is no ISO 8601 time with a zone`);
  if (!parseDuration(every)) problems.push(`time.every "${every}" is no duration such as 1s`);
  return problems;
}

function deviceProblems(map: RecordingMap): string[] {
  const problems: string[] = [];
  for (const { id, properties, constants } of map.devices) {
    if (Object.keys({ ...properties, ...constants }).length === 0)
      problems.push(`device ${id} has neither properties nor constants`);
    for (const [name, source] of Object.entries(properties ?? {})) {
      if (typeof source === 'string') continue;
      const ways = [source.as, source.equals, source.map].filter((way) => way !== undefined);
      if (ways.length > 1) problems.push(`${id}.${name} has more than one of as, equals and map`);
      if (
        ways.length > 0 &&
        source.as !== 'number' &&
        (source.scale !== undefined || source.offset !== undefined)
      )
        problems.push(`${id}.${name} has scale or offset without being a number`);
    }
  }
  return [...problems, ...overlaps(map.devices)];
}

/** One device may stand several times (for other rows), but no property may come twice from one row. */
function overlaps(devices: readonly RecordedDevice[]): string[] {
  const problems: string[] = [];
  for (const [index, one] of devices.entries()) {
    for (const other of devices.slice(index + 1)) {
      if (one.id !== other.id || !shareRows(one, other)) continue;
      const own = new Set(Object.keys({ ...one.properties, ...one.constants }));
      const twice = Object.keys({ ...other.properties, ...other.constants }).filter((name) => own.has(name));
      if (twice.length > 0) problems.push(`device ${one.id} gets ${twice.join(', ')} twice from one row`);
    }
  }
  return problems;
}

const shareRows = (one: RecordedDevice, other: RecordedDevice): boolean =>
  (one.rows?.from ?? 0) < (other.rows?.to ?? Number.POSITIVE_INFINITY) &&
  (other.rows?.from ?? 0) < (one.rows?.to ?? Number.POSITIVE_INFINITY);

/**
 * `--device ID`: an id of the map keeps only that device; any other stands for all of the map's devices, when none of
 * its rows would then say the same property twice.
 */
export function selectDevice(map: RecordingMap, id: string): RecordingMap {
  const own = map.devices.filter((device) => device.id === id);
  if (own.length > 0) return { ...map, devices: own };
  const renamed = map.devices.map((device) => ({ ...device, id }));
  const problems = overlaps(renamed);
  if (problems.length > 0)
    throw new CommandFailure(
      `the map has several devices and ${problems.join('; ')}; name one of ${map.devices.map((device) => device.id).join(', ')}`,
    );
  return { ...map, devices: renamed };
}
