import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordingMap } from '#device-sim/replay/map-schema.ts';
import { saidIn, zero } from './mapped.ts';
import type { Player } from './player.ts';
import type { Played, Recording } from './recording.ts';
import type { Table } from './tables.ts';

const arduino = 'arduino_fire_sensors';
const single = `${arduino}/single-sensor-data`;
/** When the paper is lit, after the clean air. */
export const beginMs = 600_000;

/** A recording in which there is no fire, or (the last of the smoke sensor) one. */
export interface Nuisance extends Recording {
  readonly what: string;
}

/** Sensors beside things that are no fire; counts of the converter (0–1023) stand for ppm where a rule asks for ppm. */
export async function* nuisances(data: string): AsyncGenerator<Nuisance> {
  const sensor = (file: string, kind: string, property: string, what: string) =>
    oneSensor(data, { file, kind, property, what });
  yield await roomAir(data);
  yield await sensor(
    'co/after-long-warmup/open-small-room/no-fire-source.csv',
    'co-detector',
    'co',
    'room air',
  );
  yield await sensor(
    'co/after-long-warmup/open-small-room/9-tealights.csv',
    'co-detector',
    'co',
    'nine candles',
  );
  yield await sensor(
    'co/after-long-warmup/open-small-room/human-exhaling-over-it.csv',
    'co-detector',
    'co',
    'breath',
  );
  for (const [file, what] of [
    ['voc/after-long-warmup/open-small-room/no-alcochol-source.csv', 'room air'],
    ['voc/after-long-warmup/open-small-room/arcohol-20cm-away.csv', 'alcohol, 20 cm'],
    ['voc/after-long-warmup/open-small-room/arcohol-1cm-away-and-blowing.csv', 'alcohol, 1 cm, blown at'],
  ] as const)
    yield await sensor(file, 'environment', 'voc', what);
  yield* smokeTest(data);
  yield await office(data);
}

async function oneSensor(
  data: string,
  { file, kind, property, what }: Record<'file' | 'kind' | 'property' | 'what', string>,
): Promise<Nuisance> {
  const map: RecordingMap = {
    time: { column: 'time_ms', format: 'elapsed-ms', start: zero },
    devices: [{ id: 'sensor', properties: { [property]: 'value' } }],
  };
  const devices = [{ id: 'sensor', kind }];
  return { name: file, what, part: 'check', devices, said: await saidIn(join(data, single, file), map) };
}

/** Ten seconds at 10 Hz, twenty times within four minutes, of one board that counts from its start. */
async function roomAir(data: string): Promise<Nuisance> {
  const map: RecordingMap = {
    time: { column: 'timestamp', format: 'elapsed-ms', start: zero },
    devices: [{ id: 'board', properties: { 'smoke-density': 'smoke', temperature: 'temp' } }],
  };
  const files = globSync(join(data, arduino, 'no_fire/*/*.csv')).toSorted();
  const said = (await Promise.all(files.map((file) => saidIn(file, map)))).flat();
  said.sort((one, other) => one.at - other.at);
  const devices = [{ id: 'board', kind: 'smoke-detector' }];
  return { name: 'no_fire', what: 'room air', part: 'check', devices, said };
}

/** The sensor in clean air, 10 cm beside smouldering paper, and right above it, as one day of one detector. */
async function* smokeTest(data: string): AsyncGenerator<Nuisance> {
  const folder = 'smoke/after-long-warmup';
  const parts = await Promise.all(
    ['small-room-no-smoke', 'small-room-with-smoke', 'above-smoke-source'].map((file) =>
      oneSensor(data, {
        file: `${folder}/${file}.csv`,
        kind: 'smoke-detector',
        property: 'smoke-density',
        what: file,
      }),
    ),
  );
  const [clean, beside, above] = parts.map(({ said }, index) =>
    said.map((one) => ({ ...one, at: one.at + (index > 0 ? beginMs : 0) })),
  );
  const devices = [{ id: 'sensor', kind: 'smoke-detector' }];
  const about = { part: 'tune', devices } as const;
  yield { ...about, name: 'smoke-clean', what: 'clean air', said: clean ?? [] };
  yield {
    ...about,
    name: 'smoke-beside',
    what: 'smoke at 10 cm',
    said: [...(clean ?? []), ...(beside ?? [])],
  };
  yield { ...about, name: 'smoke-above', what: 'above smoke', said: [...(clean ?? []), ...(above ?? [])] };
}

/** An office, once a minute for a week, as if a heat detector hung there. */
async function office(data: string): Promise<Nuisance> {
  const map: RecordingMap = {
    skip: 1,
    header: ['id', 'date', 'temperature', 'humidity', 'light', 'co2', 'ratio', 'occupancy'],
    time: { column: 'date', format: 'yyyy-MM-dd HH:mm:ss', zone: 'Europe/Brussels' },
    devices: [{ id: 'office', properties: { temperature: 'temperature' } }],
  };
  const files = globSync(join(data, 'uci_occupancy/*.{txt,csv}')).toSorted();
  const said = (await Promise.all(files.map((file) => saidIn(file, map, '2015-02-02T00:00:00Z')))).flat();
  said.sort((one, other) => one.at - other.at);
  const devices = [{ id: 'office', kind: 'heat-detector' }];
  return { name: 'uci_occupancy', what: 'an office', part: 'check', devices, said };
}

/**
 * A detector under test, seven hours at 1 Hz, once by each of two temperature probes: the second jumps by a degree 421 times.
 * Both halves are one recording.
 */
export async function* detectorTest(data: string): AsyncGenerator<Nuisance> {
  const file = join(data, 'smoke_detection_iot/smoke_detection_iot_rows00000-49987.csv');
  for (const [probe, rows] of [
    ['first probe', { from: 0, to: 24_994 }],
    ['second probe', { from: 24_994 }],
  ] as const) {
    const map: RecordingMap = {
      time: { start: zero, every: '1s' },
      devices: [
        {
          id: 'detector',
          rows,
          properties: { temperature: 'Temperature[C]', smoke: { column: 'Fire Alarm', equals: 1 } },
        },
      ],
    };
    const devices = [{ id: 'detector', kind: 'smoke-detector' }];
    const said = await saidIn(file, map);
    const first = said[0]?.at ?? 0;
    const fromZero = said.map((one) => ({ ...one, at: one.at - first }));
    yield { name: probe, what: `detector under test, ${probe}`, part: 'check', devices, said: fromZero };
  }
}

export async function playNuisances(data: string, player: Player): Promise<readonly Played[]> {
  const played: Played[] = [];
  for await (const recording of nuisances(data)) played.push(player.play(recording));
  for await (const recording of detectorTest(data)) played.push(player.play(recording));
  return played;
}

/** `rule × 2, other` */
export function counted(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const told = [...counts].map(([name, count]) => (count === 1 ? `\`${name}\`` : `\`${name}\` × ${count}`));
  return told.length === 0 ? 'none' : told.join(', ');
}

export function nuisanceTable(played: readonly Played[]): Table {
  return {
    title: 'No fire, and smoke in the hand',
    names: ['what', 'as', 'minutes', 'alarms', 'at'],
    rows: played.map(({ recording, alarms, deviceMs }) => [
      (recording as Nuisance).what,
      `${recording.devices.map(({ kind }) => kind).join(', ')}: ${Object.keys(recording.said[0]?.values ?? {}).join(', ')}`,
      Math.round(deviceMs / 60_000),
      counted(alarms.map(({ rule }) => rule)),
      alarms.map(({ from }) => `${Math.round(from / 1000)} s`).join(', '),
    ]),
  };
}
