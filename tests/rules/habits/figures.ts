import { type Life, runLife, settings, type Trouble } from '#tests/rules/habits/trial.ts';

const minutesOfDay = 1_440;
/** The rules that would tell of a trouble. */
const tellers: Readonly<Record<Trouble, readonly string[]>> = {
  collapse: ['no-sign-of-life', 'did-not-get-up', 'away-too-long'],
  'collapse-at-night': ['no-sign-of-life', 'did-not-get-up', 'away-too-long'],
  'collapse-in-bathroom': ['bathroom-too-long', 'no-sign-of-life', 'did-not-get-up', 'away-too-long'],
  'not-up': ['did-not-get-up', 'no-sign-of-life'],
  'stays-away': ['away-too-long', 'no-sign-of-life'],
  wanders: ['night-wandering'],
  'leaves-at-night': ['night-wandering'],
};

/** How well a trouble was found; hours. */
export interface Found {
  readonly planted: number;
  readonly found: number;
  readonly median: number;
  readonly fourOfFive: number;
}

/** Of many lives: false alarms per person and week once the habits are known, those before, and what was found. */
export interface Figures {
  readonly weeks: number;
  readonly early: readonly string[];
  readonly falseAlarms: Readonly<Record<string, number>>;
  readonly troubles: Readonly<Record<string, Found>>;
  /** Hours from the person's latest usual rising to the first alarm on one who does not get up. */
  readonly afterRising: Found;
}

/** Lets persons live, one for each seed. */
export function figuresOf(seeds: readonly number[], days: number, troubles: number): Figures {
  const lives = seeds.map((seed) => runLife(seed, days, troubles));
  const weeks = (lives.length * (days - 8)) / 7;
  const raised = lives.flatMap((life) => life.raised);
  const outcomes = lives.flatMap((life) => life.outcomes);
  const known = raised.filter(({ at }) => at >= 8 * minutesOfDay);
  const kinds = Object.keys(tellers) as readonly Trouble[];
  return {
    weeks,
    early: raised.filter(({ at }) => at < 8 * minutesOfDay).map(({ rule }) => rule),
    falseAlarms: Object.fromEntries(
      Object.keys(settings).map((name) => [name, known.filter(({ rule }) => rule === name).length / weeks]),
    ),
    troubles: Object.fromEntries(
      kinds.map((kind) => [
        kind,
        summary(
          outcomes
            .filter(({ trouble }) => trouble === kind)
            .map(({ after }) => firstOf(tellers[kind], after)),
        ),
      ]),
    ),
    afterRising: summary(lives.flatMap((life) => risings(life))),
  };
}

const firstOf = (rules: readonly string[], after: Readonly<Record<string, number>>): number =>
  Math.min(...rules.map((rule) => after[rule] ?? Number.POSITIVE_INFINITY));

function risings({ person, outcomes }: Life): readonly number[] {
  const { bedtime, sleep, weekendShift, bedtimeSpread, sleepSpread } = person;
  const latest =
    (bedtime + sleep + weekendShift + 1.5 * Math.hypot(bedtimeSpread, sleepSpread)) % minutesOfDay;
  return outcomes
    .filter(({ trouble }) => trouble === 'not-up')
    .map(({ at, after }) => ((at + firstOf(tellers['not-up'], after)) % minutesOfDay) - latest);
}

function summary(minutes: readonly number[]): Found {
  const found = minutes.filter(Number.isFinite).toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((found[Math.min(found.length - 1, Math.floor(share * found.length))] ?? 0) / 6) / 10;
  return { planted: minutes.length, found: found.length, median: at(0.5), fourOfFive: at(0.8) };
}
