import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { RecordingMap } from '#device-sim/replay/map-schema.ts';
import { saidIn, zero } from './mapped.ts';
import { counted } from './nuisances.ts';
import type { Player } from './player.ts';
import type { Part, Played, Recording, Said } from './recording.ts';
import { days, of, type Table } from './tables.ts';

const band = [{ id: 'monitor', kind: 'wearable' }];

/** Eight minutes of a patient in intensive care: odd numbers for choosing, even ones for trying. */
export async function patients(data: string): Promise<readonly Recording[]> {
  const map: RecordingMap = {
    time: { column: 'Time [s]', format: 'elapsed-s', start: zero },
    devices: [
      { id: 'monitor', properties: { 'heart-rate': 'HR', 'respiration-rate': 'RESP', spo2: 'SpO2' } },
    ],
  };
  const files = globSync(join(data, 'bidmc_vitals/*_Numerics.csv')).toSorted();
  return await Promise.all(
    files.map(async (file) => {
      const name = basename(file).slice(6, 8);
      const part: Part = Number(name) % 2 === 1 ? 'tune' : 'check';
      return { name, part, devices: band, said: await saidIn(file, map) };
    }),
  );
}

/** NEWS2: two points or three. */
const beyond: Readonly<Record<string, Readonly<Record<string, (value: number) => boolean>>>> = {
  'spo2-low': { spo2: (value) => value > 0 && value <= 93 },
  'heart-rate-high': { 'heart-rate': (value) => value >= 111 },
  'heart-rate-low': { 'heart-rate': (value) => value > 0 && value <= 40 },
  'respiration-high': { 'respiration-rate': (value) => value >= 21 },
  'respiration-low': { 'respiration-rate': (value) => value > 0 && value <= 8 },
};

/** The share of a patient's values that are beyond the limit that a rule stands for. */
export function shareBeyond({ said }: Recording, rule: string): number {
  const [[property, test] = ['', () => false]] = Object.entries(beyond[rule] ?? {});
  const values = said.flatMap(({ values }) => {
    const value = values[property];
    return typeof value === 'number' ? [value] : [];
  });
  return values.length === 0 ? 0 : values.filter(test).length / values.length;
}

export interface VitalFigures {
  readonly part: Part;
  readonly rule: string;
  /** Patients with at least half of their values beyond the limit, and how many of them were told. */
  readonly mostly: number;
  readonly mostlyTold: number;
  /** … between a tenth and a half. */
  readonly partly: number;
  readonly partlyTold: number;
  /** … with less than a tenth: an alarm is false. */
  readonly hardly: number;
  readonly hardlyTold: readonly string[];
  readonly alarms: number;
}

export async function playPatients(data: string, player: Player): Promise<readonly Played[]> {
  return (await patients(data)).map((patient) => player.play(patient));
}

export function vitalFigures(played: readonly Played[]): readonly VitalFigures[] {
  return (['tune', 'check'] as const).flatMap((part) =>
    Object.keys(beyond).map((rule) => {
      const all = played.filter(({ recording }) => recording.part === part);
      const within = (from: number, to: number) =>
        all.filter(({ recording }) => {
          const share = shareBeyond(recording, rule);
          return share >= from && share < to;
        });
      const told = (some: readonly Played[]) =>
        some.filter(({ alarms }) => alarms.some((alarm) => alarm.rule === rule));
      const [mostly, partly, hardly] = [within(0.5, 2), within(0.1, 0.5), within(0, 0.1)];
      return {
        part,
        rule,
        mostly: mostly.length,
        mostlyTold: told(mostly).length,
        partly: partly.length,
        partlyTold: told(partly).length,
        hardly: hardly.length,
        hardlyTold: told(hardly).map(({ recording }) => recording.name),
        alarms: all.flatMap(({ alarms }) => alarms).filter((alarm) => alarm.rule === rule).length,
      };
    }),
  );
}

export function vitalTable(figures: readonly VitalFigures[]): Table {
  return {
    title: 'Vital signs of 34 patients, eight minutes each; how many were told',
    names: [
      'part',
      'rule',
      '≥ half of the values beyond',
      'a tenth to a half',
      'less than a tenth (false)',
      'alarms',
    ],
    rows: figures.map((one) => [
      one.part === 'tune' ? 'chosen on' : 'tried on',
      `\`${one.rule}\``,
      of(one.mostlyTold, one.mostly),
      of(one.partlyTold, one.partly),
      of(one.hardlyTold.length, one.hardly),
      one.alarms,
    ]),
  };
}

/** A night with an oximeter, beat by beat: its first half for choosing, its second for trying. */
export function night(data: string): readonly Recording[] {
  const rows: string[][] = parse(readFileSync(join(data, 'cms50d_oximeter/night_alarm_off.csv')), {
    from_line: 2,
  });
  let at = 0;
  const said: Said[] = rows.map(([since, spo2, pulse]) => {
    at += Math.round(Number(since) * 1000);
    return { device: 'monitor', at, values: { spo2: Number(spo2), 'pulse-rate': Number(pulse) } };
  });
  const middle = Math.floor(said.length / 2);
  const begin = said[middle]?.at ?? 0;
  return [
    { name: 'first half', part: 'tune', devices: band, said: said.slice(0, middle) },
    {
      name: 'second half',
      part: 'check',
      devices: band,
      said: said.slice(middle).map((one) => ({ ...one, at: one.at - begin })),
    },
  ];
}

/** How often a rule without any waiting would have told: each time that a value of the property falls to a limit. */
export function crossings({ said }: Recording, property: string, limit: number): number {
  let below = false;
  let count = 0;
  for (const { values } of said) {
    const value = values[property];
    if (typeof value !== 'number') continue;
    if (value <= limit && !below) count++;
    below = value <= limit;
  }
  return count;
}

export function nightTable(played: readonly Played[]): Table {
  return {
    title: 'A night of SpO2',
    names: [
      'part',
      'hours',
      'beats ≤ 93 %, ≤ 91 %',
      'times it fell to 93 %, to 91 %',
      'alarms of `spo2-low`',
      'of them major',
      'refused',
    ],
    rows: played.map(({ recording, alarms, deviceMs, refused }) => {
      const values = recording.said.flatMap(({ values }) => Number(values['spo2']));
      const low = alarms.filter(({ rule }) => rule === 'spo2-low');
      const spans = low.map(({ from, to }) => `${minutes(from)}–${to === null ? 'end' : minutes(to)} min`);
      return [
        `${recording.name}, ${recording.part === 'tune' ? 'chosen on' : 'tried on'}`,
        (deviceMs / 3_600_000).toFixed(2),
        `${values.filter((value) => value <= 93).length}, ${values.filter((value) => value <= 91).length} of ${values.length}`,
        `${crossings(recording, 'spo2', 93)}, ${crossings(recording, 'spo2', 91)}`,
        low.length === 0 ? 'none' : `${low.length}: ${spans.join(', ')}`,
        low.filter(({ levels }) => levels.some(({ severity }) => severity === 'major')).length,
        refused,
      ];
    }),
  };
}

const minutes = (ms: number): number => Math.round(ms / 60_000);

/** Three days of a wristband, of somebody who runs; once as it is, once with a limit of their own. */
export async function wristband(data: string): Promise<readonly Recording[]> {
  const [file = ''] = globSync(join(data, 'fitbit_heartrate/*.csv'));
  const map: RecordingMap = {
    time: { column: 'Time', format: 'M/d/yyyy h:mm:ss a', zone: 'America/New_York' },
    devices: [{ id: 'monitor', where: { Id: 2022484408 }, properties: { 'heart-rate': 'Value' } }],
  };
  const said = await saidIn(file, map, '2016-04-01T04:00:00Z');
  const about = { part: 'check', devices: band, said } as const;
  return [
    { ...about, name: 'without limits of their own' },
    { ...about, name: 'with a high of 170 /min', limits: { 'heart-rate': { high: 170 } } },
  ];
}

export const wristbandTable = (played: readonly Played[]): Table => ({
  title: 'Three days of a wristband',
  names: ['person', 'days', 'alarms', 'alarms of `heart-rate-high` a day'],
  rows: played.map(({ recording, alarms, deviceMs }) => [
    recording.name,
    days(deviceMs),
    counted(alarms.map(({ rule }) => rule)),
    ((alarms.filter(({ rule }) => rule === 'heart-rate-high').length * 86_400_000) / deviceMs).toFixed(1),
  ]),
});
