import { join } from 'node:path';
import type { RecordingMap } from '#device-sim/replay/map-schema.ts';
import { saidIn } from './mapped.ts';
import { counted } from './nuisances.ts';
import type { Player } from './player.ts';
import type { Played, Recording, Said } from './recording.ts';
import { days, type Table } from './tables.ts';

const folder = 'vast2016_prox_access';
/** The file has no zone; its days are days of the recording. */
const begins = '2016-05-31T00:00:00Z';
/** Of eight days: the first four for choosing the level of gas, the others for trying it. */
const middle = 4 * 86_400_000;

/** Zones in which gas is measured, with the badge readers at their doors. */
const zones = [
  { room: 'f1-z8a', column: 'F_1_Z_8A: Hazium Concentration', where: { floor: 1, zone: 8 } },
  { room: 'f2-z2', column: 'F_2_Z_2: Hazium Concentration', where: { floor: 2, zone: 2 } },
  { room: 'f2-z4', column: 'F_2_Z_4: Hazium Concentration', where: { floor: 2, zone: 4 } },
  { room: 'f3-z1', column: 'F_3_Z_1: Hazium Concentration', where: { floor: 3, zone: 1 } },
] as const;

/** Eight days of an office building that nobody ever worked in: badge reads and an invented gas, every five minutes. */
export async function badges(data: string): Promise<readonly Recording[]> {
  const gas: RecordingMap = {
    time: { column: 'Date/Time', format: 'yyyy-MM-dd H:mm', zone: 'utc' },
    devices: zones.map(({ room, column }) => ({
      id: `gas-${room}`,
      properties: { 'gas-concentration': column },
    })),
  };
  const reads: RecordingMap = {
    time: { column: 'timestamp', format: 'yyyy-MM-dd HH:mm', zone: 'utc' },
    devices: zones.map(({ room, where }) => ({
      id: `reader-${room}`,
      where,
      constants: { 'access-result': 'granted' },
    })),
  };
  const said = [
    ...(await saidIn(join(data, folder, 'proxOut-MC2.csv'), reads, begins)),
    ...(await saidIn(join(data, folder, 'hazium.csv'), gas, begins)),
  ].toSorted((one, other) => one.at - other.at);
  const devices = zones.flatMap(({ room }) => [
    { id: `gas-${room}`, kind: 'gas-detector', room },
    { id: `reader-${room}`, kind: 'access-reader', room },
  ]);
  const part = (from: number, to: number): Said[] =>
    said.filter(({ at }) => at >= from && at < to).map((one) => ({ ...one, at: one.at - from }));
  return [
    { name: 'first four days', part: 'tune', devices, said: part(0, middle) },
    { name: 'last four days', part: 'check', devices, said: part(middle, Number.POSITIVE_INFINITY) },
  ];
}

export async function playBadges(data: string, player: Player): Promise<readonly Played[]> {
  return (await badges(data)).map((recording) => player.play(recording));
}

/** Times that the gas rose to the level of the example rule, whoever was there. */
export function rises({ said }: Recording): number {
  const above = new Map<string, boolean>();
  let count = 0;
  for (const { device, values } of said) {
    const value = values['gas-concentration'];
    if (typeof value !== 'number') continue;
    if (value >= 2 && above.get(device) !== true) count++;
    above.set(device, value >= 2);
  }
  return count;
}

export const badgeTable = (played: readonly Played[]): Table => ({
  title: 'Badge reads with gas',
  names: ['part', 'badge reads in the four zones', 'days', 'gas rose to 2', 'alarms'],
  rows: played.map(({ recording, alarms, deviceMs }) => [
    `${recording.name}, ${recording.part === 'tune' ? 'chosen on' : 'tried on'}`,
    recording.said.filter(({ device }) => device.startsWith('reader')).length,
    days(deviceMs / recording.devices.length),
    rises(recording),
    counted(alarms.map(({ rule }) => rule)),
  ]),
});
