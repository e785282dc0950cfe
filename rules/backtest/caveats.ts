import { day, type EpochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { RaisedAlarm } from '#rules/backtest/compare.ts';
import type { Caveat, CaveatCode } from '#rules/backtest/report.ts';
import type { Ran, RunOptions } from '#rules/backtest/run.ts';
import { knownOfDevices } from '#rules/backtest/wanted.ts';

/** The rule of that id in that time. */
export interface Compared {
  readonly raised: readonly RaisedAlarm[];
  /** When it was first put; null: not known any more. */
  readonly since: EpochMs | null;
  /** How often it was changed within the time. */
  readonly changes: number;
}

const days = (ms: number): string => `${Math.round((ms / day) * 10) / 10} d`;

/** What has to be known beside the figures, the heaviest first. */
export function caveatsOf(
  { endedAt, firstReading, heardFrom, readings, selected, warmUpMs }: Ran,
  { clock, from, rule, to }: Pick<RunOptions, 'rule' | 'from' | 'to' | 'clock'>,
  compared: Compared | null,
): readonly Caveat[] {
  const found: Caveat[] = [];
  const say = (code: CaveatCode, detail: string): void => {
    found.push({ code, detail });
  };
  if (selected === 0) say('no-devices', 'The rule is for no device of today.');
  else if (readings === 0) say('no-data', 'No reading that the rule looks at was received in that time.');
  if (firstReading !== null && firstReading > from)
    say(
      'data-begins-later',
      `The history begins at ${iso(firstReading)}: nothing is known of the time before.`,
    );
  else if (heardFrom > from - warmUpMs)
    say(
      'warm-up-cut',
      `The rule wants to hear readings for ${days(warmUpMs)} before it judges; the history has ${days(from - heardFrom)}. Early alarms may be missing, or be of what stood already.`,
    );
  if (endedAt < to) say('too-many-alarms', `There were so many alarms that it ended at ${iso(endedAt)}.`);
  if (compared && compared.changes > 0)
    say(
      'rule-changed',
      `The rule was changed ${compared.changes} times in that time: what it raised was not all by the same text.`,
    );
  if (compared?.since !== null && compared !== null && compared.since > from)
    say('rule-younger', `The rule is in force since ${iso(compared.since)}: before that it raised nothing.`);
  if (clock === 'data' && rule.properties.has(knownOfDevices.online))
    say('presence-unknown', 'On the data clock nobody knows which devices were connected.');
  if (rule.task)
    say(
      'tasks-assumed',
      'How fast people would have been is not known: tasks count as handled in the time that the rule gives them, or in an hour.',
    );
  say(
    'places-of-today',
    'Devices, places, residents and their limits are those of today; modes are those of then.',
  );
  return found;
}
