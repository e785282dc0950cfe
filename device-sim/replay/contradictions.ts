import type { RecordedDevice, RecordingMap, TimeSource } from '#device-sim/replay/map-schema.ts';
import { parseDuration } from '#model/duration.ts';

/** What a map of the right shape says that cannot be meant; one text for each. */
export const contradictionsOf = (map: RecordingMap): string[] => [
  ...timeProblems(map.time),
  ...deviceProblems(map),
];

export const isElapsed = (format: string | undefined): boolean =>
  format === 'elapsed-s' || format === 'elapsed-ms';

export const zonedTime = (text: string): boolean =>
  /(Z|[+-]\d\d:?\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));

function timeProblems(time: TimeSource): string[] {
  return time.column === undefined ? generatedTimeProblems(time) : columnTimeProblems(time);
}

function columnTimeProblems({ format, zone, start, every }: TimeSource): string[] {
  if (isElapsed(format)) {
    if (start === undefined) return [`time.format ${format} wants time.start, which it counts from`];
    const problems = startProblems(start);
    if (every !== undefined || zone !== undefined)
      problems.push(`time.format ${format} has neither time.every nor time.zone`);
    return problems;
  }
  if (start !== undefined || every !== undefined)
    return [
      'time has a column or start and every, not both (only elapsed-s and elapsed-ms count from a start)',
    ];
  return format === undefined
    ? ['time.format is missing (epoch-s, epoch-ms, iso, elapsed-s, elapsed-ms or a Luxon pattern)']
    : [];
}

function generatedTimeProblems({ format, zone, start, every }: TimeSource): string[] {
  if (start === undefined || every === undefined) return ['time wants column and format, or start and every'];
  const problems: string[] = [];
  if (format !== undefined || zone !== undefined)
    problems.push('time.format and time.zone belong to a column');
  problems.push(...startProblems(start));
  if (!parseDuration(every)) problems.push(`time.every "${every}" is no duration such as 1s`);
  return problems;
}

const startProblems = (start: string): string[] =>
  zonedTime(start) ? [] : [`time.start "${start}" is no ISO 8601 time with a zone`];

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
  return [...problems, ...overlapsOf(map.devices)];
}

/** One device may stand several times (for other rows), but no property may come twice from one row. */
export function overlapsOf(devices: readonly RecordedDevice[]): string[] {
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
  (other.rows?.from ?? 0) < (one.rows?.to ?? Number.POSITIVE_INFINITY) &&
  !Object.entries(one.where ?? {}).some(
    ([column, cell]) => other.where?.[column] !== undefined && other.where[column] !== cell,
  );
