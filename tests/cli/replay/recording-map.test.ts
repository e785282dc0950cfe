import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseRecordingMap, selectDevice } from '#cli/replay/recording-map.ts';

const time = 'time: { start: "2026-01-01T00:00:00Z", every: 1s }';
const device = 'devices: [ { id: d1, properties: { temperature: T } } ]';
const parse = (text: string) => parseRecordingMap(text, 'map.yaml');

describe('a map file', () => {
  it('of the smoke recording is valid', () => {
    const file = 'examples/recordings/smoke-detection-iot/map.yaml';
    const map = parseRecordingMap(readFileSync(file, 'utf8'), file);
    expect(map.devices.map((one) => [one.id, one.rows])).toEqual([
      ['smoke-lab-a', { from: 0, to: 24_994 }],
      ['smoke-lab-b', { from: 24_994 }],
    ]);
  });

  it.each([
    ['a: [', 'map.yaml is not YAML'],
    [device, 'time'],
    [time, 'devices'],
    [`${time}\n${device}\nspeed: 2`, 'speed'],
    [`time: {}\n${device}`, 'time wants column and format, or start and every'],
    [`time: { column: t }\n${device}`, 'time.format is missing'],
    [`time: { column: t, format: iso, every: 1s }\n${device}`, 'not both'],
    [`time: { start: "2026-01-01T00:00:00", every: 1s }\n${device}`, 'no ISO 8601 time with a zone'],
    [`time: { start: "2026-01-01T00:00:00Z", every: soon }\n${device}`, 'no duration'],
    [`time: { start: "2026-01-01T00:00:00Z", every: 0s }\n${device}`, 'no duration'],
    [`${time}\ndevices: [ { id: d1 } ]`, 'neither properties nor constants'],
    [`${time}\ndevices: [ { id: "d 1", constants: { a: 1 } } ]`, 'devices.0.id'],
    [
      `${time}\ndevices: [ { id: d1, properties: { smoke: { column: S, equals: 1, as: boolean } } } ]`,
      'd1.smoke has more than one of as, equals and map',
    ],
    [
      `${time}\ndevices: [ { id: d1, properties: { smoke: { column: S, as: text, scale: 2 } } } ]`,
      'd1.smoke has scale or offset without being a number',
    ],
    [
      `${time}\ndevices: [ { id: d1, rows: { to: 5 }, properties: { a: A } }, { id: d1, rows: { from: 4 }, properties: { a: B } } ]`,
      'device d1 gets a twice from one row',
    ],
  ])('%j is refused with the reason', (text, reason) => {
    expect(() => parse(text)).toThrow(reason);
  });

  it('names all that is wrong at once', () => {
    expect(() => parse('time: { start: soon, every: later }\ndevices: [ { id: d1 } ]')).toThrow(
      /time\.start.*time\.every.*d1/,
    );
  });
});

describe('--device', () => {
  const two = parse(
    `${time}\ndevices: [ { id: a, rows: { to: 5 }, properties: { t: T } }, { id: b, rows: { from: 5 }, properties: { t: T } } ]`,
  );

  it('keeps only that device of the map', () => {
    expect(selectDevice(two, 'b').devices.map(({ id }) => id)).toEqual(['b']);
  });

  it('puts a device that the map does not know in the place of all', () => {
    expect(selectDevice(two, 'mine').devices.map(({ id, rows }) => [id, rows])).toEqual([
      ['mine', { to: 5 }],
      ['mine', { from: 5 }],
    ]);
  });

  it('refuses that when one row would say a property twice', () => {
    const wide = parse(
      `${time}\ndevices: [ { id: a, properties: { t: T1 } }, { id: b, properties: { t: T2 } } ]`,
    );
    expect(() => selectDevice(wide, 'mine')).toThrow('name one of a, b');
  });
});
