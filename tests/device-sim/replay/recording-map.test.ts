import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseRecordingMap, selectDevice, startAt } from '#device-sim/replay/recording-map.ts';

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
    [`time: { column: t, format: elapsed-s }\n${device}`, 'elapsed-s wants time.start'],
    [
      `time: { column: t, format: elapsed-ms, start: "2026-01-01T00:00:00Z", zone: UTC }\n${device}`,
      'elapsed-ms has neither time.every nor time.zone',
    ],
    [`time: { column: t, format: elapsed-s, start: today }\n${device}`, 'no ISO 8601 time with a zone'],
    [`${time}\nskip: -1\n${device}`, 'skip'],
    [
      `${time}\ndevices: [ { id: d1, where: { A: 1, B: 1 }, properties: { a: A } }, { id: d1, where: { A: 1 }, properties: { a: B } } ]`,
      'device d1 gets a twice from one row',
    ],
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

describe('a device that stands twice', () => {
  it('is well when no row can be of both', () => {
    const map = parse(
      `${time}\ndevices: [ { id: d1, where: { Id: 1 }, properties: { a: A } }, { id: d1, where: { Id: 2 }, properties: { a: B } } ]`,
    );
    expect(map.devices.map(({ where }) => where)).toEqual([{ Id: 1 }, { Id: 2 }]);
  });
});

describe('--start', () => {
  it("stands in the place of the map's own start", () => {
    const later = '2026-02-01T00:00:00+08:00';
    expect(startAt(parse(`${time}\n${device}`), later).time).toEqual({ start: later, every: '1s' });
  });

  it('wants a zone, and a map with a start', () => {
    expect(() => startAt(parse(`${time}\n${device}`), '2026-02-01')).toThrow('no ISO 8601 time with a zone');
    expect(() => startAt(parse(`time: { column: t, format: iso }\n${device}`), '2026-02-01T00:00Z')).toThrow(
      'times of its own',
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
