import { movements } from './accelerations.ts';
import type { Player } from './player.ts';
import type { Part } from './recording.ts';
import { hours, of, seconds, type Table } from './tables.ts';

/** How the example rule found the falls of one set. */
export interface FallFigures {
  readonly set: string;
  readonly worn: string;
  readonly part: Part;
  falls: number;
  found: number;
  readonly missed: string[];
  others: number;
  readonly false: string[];
  /** Time that was listened to without a fall. */
  quietMs: number;
  alarms: number;
}

export function playFalls(data: string, player: Player): readonly FallFigures[] {
  const groups = new Map<string, FallFigures>();
  for (const movement of movements(data)) {
    const { set, worn, part, isFall, name } = movement;
    const key = `${set} ${worn} ${part}`;
    const group = groups.get(key) ?? nothingYet({ set, worn, part });
    groups.set(key, group);
    const { alarms, deviceMs } = player.play(movement);
    const told = alarms.filter(({ rule }) => rule === 'fall-by-acceleration').length;
    if (isFall) {
      group.falls++;
      if (told > 0) group.found++;
      else group.missed.push(name);
    } else {
      group.others++;
      group.quietMs += deviceMs;
      group.alarms += told;
      if (told > 0) group.false.push(name);
    }
  }
  return [...groups.values()];
}

function nothingYet(group: Pick<FallFigures, 'set' | 'worn' | 'part'>): FallFigures {
  return { ...group, falls: 0, found: 0, missed: [], others: 0, false: [], quietMs: 0, alarms: 0 };
}

export function fallTable(figures: readonly FallFigures[]): Table {
  return {
    title: 'Falls by acceleration (the example rule)',
    names: [
      'set',
      'worn at',
      'part',
      'falls found',
      'other movements with an alarm',
      'false alarms an hour of movement',
    ],
    rows: figures.map((one) => [
      one.set,
      one.worn,
      one.part === 'tune' ? 'chosen on' : 'tried on',
      one.falls === 0 ? '–' : of(one.found, one.falls),
      of(one.false.length, one.others),
      seconds(one.quietMs) === 0
        ? '–'
        : `${((one.alarms * 3_600_000) / one.quietMs).toFixed(0)} (${one.alarms} in ${hours(one.quietMs)} h)`,
    ]),
  };
}
