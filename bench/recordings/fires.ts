import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRecordingMap } from '#device-sim/replay/recording-map.ts';
import { saidIn } from './mapped.ts';
import type { Player } from './player.ts';
import type { Part, Played, Recording, ToldAlarm } from './recording.ts';
import { days, of, range, seconds, type Table } from './tables.ts';

const folder = 'fsri_compartment_fires';
const mapFile = new URL('../../examples/recordings/fsri-compartment-fires/map.yaml', import.meta.url);

/** Split by where the fire stood: at the back wall and the side for choosing, in the middle and the corner for trying. */
export const partOf = (file: string): Part => (/_(Back|Side)_/.test(file) ? 'tune' : 'check');

export const fireFiles: readonly string[] = [
  ...['Closed', 'Open'].flatMap((door) =>
    ['Back', 'Center', 'Corner', 'Side'].map((place) => `100kW_${door}_${place}_1`),
  ),
  ...['RedAccent', 'Overstuffed'].flatMap((fuel) =>
    ['Closed', 'Open'].flatMap((door) =>
      ['Back', 'Center', 'Corner'].map((place) => `${fuel}_${door}_${place}_1`),
    ),
  ),
];

/** A burnt room: 32 thermocouples as heat detectors, four of them right below the ceiling; time from the ignition. */
export async function fire(data: string, name: string): Promise<Recording> {
  const map = parseRecordingMap(readFileSync(mapFile, 'utf8'), mapFile.pathname);
  const devices = map.devices.filter(({ id }) => id.startsWith('heat-'));
  return {
    name,
    part: partOf(name),
    devices: devices.map(({ id }) => ({ id, kind: 'heat-detector' })),
    said: await saidIn(join(data, folder, `${name}.csv.gz`), { ...map, devices }, map.time.start),
  };
}

export interface FireFigures {
  readonly name: string;
  readonly part: Part;
  /** Of the four detectors below the ceiling: seconds from the ignition to the first alarm, and to a critical one. */
  readonly ceiling: readonly number[];
  readonly critical: readonly number[];
  /** Of the four detectors 1.5 m below it. */
  readonly lower: readonly number[];
  /** Alarms of all 32 before the ignition. */
  readonly before: number;
  readonly beforeMs: number;
}

const detectors = 4;

/** How `heat-rising` found each of the twenty fires. */
export async function playFires(data: string, player: Player): Promise<readonly FireFigures[]> {
  const found: FireFigures[] = [];
  for (const name of fireFiles) found.push(figuresOf(player.play(await fire(data, name))));
  return found;
}

function figuresOf({ recording, alarms }: Played): FireFigures {
  const { devices, name, part, said } = recording;
  const at = (depth: string, when: (alarm: ToldAlarm) => number | undefined): number[] =>
    devices
      .filter(({ id }) => id.endsWith(depth))
      .flatMap(({ id }) => {
        const times = alarms
          .filter(({ device, rule, from }) => device === id && rule === 'heat-rising' && from >= 0)
          .flatMap((alarm) => when(alarm) ?? []);
        return times.length === 0 ? [] : [seconds(Math.min(...times))];
      });
  return {
    name,
    part,
    ceiling: at('-003', ({ from }) => from),
    critical: at('-003', ({ levels }) => levels.find(({ severity }) => severity === 'critical')?.at),
    lower: at('-150', ({ from }) => from),
    before: alarms.filter(({ from }) => from < 0).length,
    beforeMs: devices.length * -(said[0]?.at ?? 0),
  };
}

const kinds = [
  ['gas burner 100 kW, door closed', '100kW_Closed'],
  ['gas burner 100 kW, door open', '100kW_Open'],
  ['chair, door closed', 'RedAccent_Closed'],
  ['chair, door open', 'RedAccent_Open'],
  ['sofa, door closed', 'Overstuffed_Closed'],
  ['sofa, door open', 'Overstuffed_Open'],
] as const;

export function fireTables(figures: readonly FireFigures[]): readonly Table[] {
  return (['tune', 'check'] as const).map((part) => {
    const rows = kinds.flatMap(([what, prefix]) => {
      const fires = figures.filter((one) => one.part === part && one.name.startsWith(prefix));
      if (fires.length === 0) return [];
      const ceiling = fires.flatMap((one) => one.ceiling);
      const lower = fires.flatMap((one) => one.lower);
      return [
        [
          `${what} (${fires.length})`,
          of(ceiling.length, fires.length * detectors),
          range(ceiling),
          range(fires.map((one) => Math.min(...one.ceiling))),
          range(fires.flatMap((one) => one.critical)),
          `${of(lower.length, fires.length * detectors)}, ${range(lower)}`,
        ],
      ];
    });
    const mine = figures.filter((one) => one.part === part);
    const before = mine.reduce((sum, one) => sum + one.before, 0);
    const listened = days(mine.reduce((sum, one) => sum + one.beforeMs, 0));
    return {
      title: `Room fires, ${part === 'tune' ? 'chosen on' : 'tried on'}: ${mine.length} fires; seconds from the ignition. Before it: ${before} alarms in ${listened} detector days`,
      names: [
        'fire',
        'found below the ceiling',
        'alarm',
        'first of the four',
        'critical (54 °C)',
        'found 1.5 m below the ceiling',
      ],
      rows,
    };
  });
}
