import { badgeTable, playBadges } from './badges.ts';
import { type FallFigures, fallTable, playFalls } from './falls.ts';
import { type FireFigures, fireTables, playFires } from './fires.ts';
import { nuisanceTable, playNuisances } from './nuisances.ts';
import { Player } from './player.ts';
import type { Played } from './recording.ts';
import { library, rulesOf } from './rules.ts';
import { markdown, type Table } from './tables.ts';
import {
  night,
  nightTable,
  playPatients,
  type VitalFigures,
  vitalFigures,
  vitalTable,
  wristband,
  wristbandTable,
} from './vitals.ts';

/** What the rules told on every recording at hand. */
export interface RecordingFigures {
  readonly fires: readonly FireFigures[];
  readonly nuisances: readonly Played[];
  readonly falls: readonly FallFigures[];
  readonly patients: readonly Played[];
  readonly vitals: readonly VitalFigures[];
  readonly night: readonly Played[];
  readonly wristband: readonly Played[];
  readonly badges: readonly Played[];
}

const exampleRules = (name: string): string =>
  new URL(`../../examples/rules/${name}.yaml`, import.meta.url).pathname;

/**
 * Plays them all to the whole library, the falls to the example rule alone. `data`: the folder of the recordings, which are
 * not part of the project. A function of the files and the rules: the same figures each time.
 */
export async function playAll(data: string): Promise<RecordingFigures> {
  const player = new Player([...library(), ...rulesOf(exampleRules('gas-with-people'))]);
  const faller = new Player(rulesOf(exampleRules('fall-by-acceleration')));
  const patients = await playPatients(data, player);
  return {
    fires: await playFires(data, player),
    nuisances: await playNuisances(data, player),
    falls: playFalls(data, faller),
    patients,
    vitals: vitalFigures(patients),
    night: night(data).map((half) => player.play(half)),
    wristband: (await wristband(data)).map((days) => player.play(days)),
    badges: await playBadges(data, player),
  };
}

/** The tables of docs/recordings.md. */
export function tablesOf(figures: RecordingFigures): string {
  const tables: readonly Table[] = [
    ...fireTables(figures.fires),
    nuisanceTable(figures.nuisances),
    fallTable(figures.falls),
    vitalTable(figures.vitals),
    nightTable(figures.night),
    wristbandTable(figures.wristband),
    badgeTable(figures.badges),
  ];
  return tables.map(markdown).join('\n');
}
