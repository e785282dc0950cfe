import { Value } from 'typebox/value';
import { parse } from 'yaml';
import { contradictionsOf, overlapsOf, zonedTime } from '#device-sim/replay/contradictions.ts';
import { RecordingMap } from '#device-sim/replay/map-schema.ts';
import { GridbellError, messageOf } from '#model/errors.ts';

/** Reads a map file; throws one GridbellError that names every mistake. `file` is for its message. */
export function parseRecordingMap(text: string, file: string): RecordingMap {
  let map: unknown;
  try {
    map = parse(text);
  } catch (error) {
    throw new GridbellError(
      'invalid-input',
      `${file} is not YAML: ${messageOf(error)}; correct it and run it again`,
      {
        cause: error,
      },
    );
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
    throw new GridbellError(
      'invalid-input',
      `${file}: ${problems.join('; ')}; docs/recordings.md describes map files`,
    );
  const contradictions = contradictionsOf(map);
  if (contradictions.length > 0)
    throw new GridbellError(
      'invalid-input',
      `${file}: ${contradictions.join('; ')}; docs/recordings.md describes map files`,
    );
  return map;
}

/** `--start TIME`: the same layout, recorded at another time. */
export function startAt(map: RecordingMap, start: string): RecordingMap {
  if (map.time.start === undefined)
    throw new GridbellError(
      'invalid-input',
      '--start is for maps with time.start; this recording has times of its own',
    );
  if (!zonedTime(start))
    throw new GridbellError(
      'invalid-input',
      `--start "${start}" is no ISO 8601 time with a zone, such as 2026-01-05T08:00:00+08:00`,
    );
  return { ...map, time: { ...map.time, start } };
}

/**
 * `--device ID`: an id of the map keeps only that device; any other stands for all of the map's devices, when none of
 * its rows would then say the same property twice.
 */
export function selectDevice(map: RecordingMap, id: string): RecordingMap {
  const own = map.devices.filter((device) => device.id === id);
  if (own.length > 0) return { ...map, devices: own };
  const renamed = map.devices.map((device) => ({ ...device, id }));
  const problems = overlapsOf(renamed);
  if (problems.length > 0)
    throw new GridbellError(
      'invalid-input',
      `the map has several devices and ${problems.join('; ')}; name one of ${map.devices.map((device) => device.id).join(', ')}`,
    );
  return { ...map, devices: renamed };
}
