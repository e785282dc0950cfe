import { type Severity, severities } from '#model/alarm.ts';
import type { DeviceId, PlaceId } from '#model/brand.ts';
import { type Compared, caveatsOf } from '#rules/backtest/caveats.ts';
import { compare } from '#rules/backtest/compare.ts';
import { DayBook } from '#rules/backtest/day-book.ts';
import type { Episode } from '#rules/backtest/episodes.ts';
import type { BacktestReport, ListedAlarm } from '#rules/backtest/report.ts';
import type { Ran, RunOptions } from '#rules/backtest/run.ts';
import { Work } from '#rules/backtest/work.ts';

const mostListed = 300;
const mostNamed = 50;

/** What came of a run, in counts and bounded lists. `compared` null: no rule of this id was ever in force. */
export function sumUp(
  ran: Ran,
  options: Pick<RunOptions, 'rule' | 'configuration' | 'from' | 'to' | 'clock'>,
  compared: Compared | null,
): BacktestReport {
  const { configuration, from, rule, to } = options;
  const { endedAt, episodes, firstReading, heardFrom, readings, selected, warmUpMs } = ran;
  const all = episodes.all.filter(({ startedAt }) => startedAt < to).sort(byBeginning);
  const tasks = tasksOf(all, options);
  const { comparison = null, same = null } = compared ? compare(all, compared.raised) : {};
  const days = new DayBook(configuration.timezone, { from, to });
  for (const [index, { startedAt }] of all.entries()) days.add(startedAt, tasks[index] === 'own');
  for (const at of rule.task ? episodes.verified : []) days.addTask(at);
  const list = all
    .map((episode, index) => listed(episode, tasks[index] ?? null, same?.has(episode) ?? null))
    .slice(-mostListed)
    .reverse();
  return {
    from,
    to,
    endedAt,
    timezone: configuration.timezone,
    data: { since: firstReading, heardFrom, warmUpMs, readings, devices: selected },
    alarms: { ...days.alarms, ...alarmsOf(all) },
    tasks: rule.task && {
      ...days.tasks,
      joined: tasks.filter((task) => task === 'joined').length,
      toVerify: episodes.verified.length,
    },
    days: days.days,
    hours: days.hours,
    devices: byDevice(all),
    places: byPlace(all),
    list,
    compared: comparison,
    caveats: caveatsOf(ran, options, compared),
  };
}

const byBeginning = (a: Episode, b: Episode): number => a.startedAt - b.startedAt;

function tasksOf(
  all: readonly Episode[],
  { configuration, rule }: Pick<RunOptions, 'rule' | 'configuration'>,
): readonly ListedAlarm['task'][] {
  if (!rule.task) return all.map(() => null);
  const work = new Work(rule.task, configuration);
  return all.map((episode) => work.take(episode));
}

const listed = (episode: Episode, task: ListedAlarm['task'], raisedThen: boolean | null): ListedAlarm => ({
  ...episode,
  task,
  raisedThen,
});

function alarmsOf(all: readonly Episode[]) {
  const counted: Record<Severity, number> = { critical: 0, major: 0, minor: 0, warning: 0 };
  for (const severity of severities)
    counted[severity] = all.filter((episode) => episode.severity === severity).length;
  const stood = all
    .flatMap(({ clearedAt, startedAt }) => (clearedAt === null ? [] : Math.max(0, clearedAt - startedAt)))
    .sort((a, b) => a - b);
  return {
    severities: counted,
    receivedLate: all.filter(({ receivedLate }) => receivedLate).length,
    revised: all.filter(({ revised }) => revised).length,
    standing: all.length - stood.length,
    stoodMs:
      stood.length === 0
        ? null
        : { median: stood[Math.floor((stood.length - 1) / 2)] ?? 0, longest: stood.at(-1) ?? 0 },
  };
}

function byDevice(all: readonly Episode[]): BacktestReport['devices'] {
  const counted = new Map<DeviceId, { device: DeviceId; place: PlaceId; alarms: number }>();
  for (const { device, place } of all) {
    const entry = counted.get(device) ?? { device, place, alarms: 0 };
    counted.set(device, entry);
    entry.alarms++;
  }
  return most([...counted.values()]);
}

function byPlace(all: readonly Episode[]): BacktestReport['places'] {
  const counted = new Map<PlaceId, { place: PlaceId; alarms: number }>();
  for (const { place } of all) {
    const entry = counted.get(place) ?? { place, alarms: 0 };
    counted.set(place, entry);
    entry.alarms++;
  }
  return most([...counted.values()]);
}

const most = <T extends { readonly alarms: number }>(entries: readonly T[]): readonly T[] =>
  [...entries].sort((a, b) => b.alarms - a.alarms).slice(0, mostNamed);
