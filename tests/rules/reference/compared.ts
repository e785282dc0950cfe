import type { Heard } from '#tests/rules/reference/heard.ts';
import { start } from '#tests/rules/reference/random-streams.ts';
import type { RuleTree } from '#tests/rules/reference/rule-tree.ts';
import type { Told } from '#tests/rules/reference/told.ts';

/** What a line needs to name times and rules. */
interface Lined {
  readonly unitMs: number;
  readonly rules: readonly RuleTree[];
}

/** Differences between what was told and what is right, to the letter. */
export function sameLines(
  told: readonly Heard[],
  right: readonly (Told | Heard)[],
  lined: Lined,
): readonly string[] {
  const lines = (alarms: readonly (Told | Heard)[]): readonly string[] =>
    alarms
      .map((alarm) => `${line(alarm, lined)}${'isRevised' in alarm && alarm.isRevised ? ' revised' : ''}`)
      .sort();
  const [said, expected] = [lines(told), lines(right)];
  return said.join('\n') === expected.join('\n') ? [] : ['told:', ...said, 'right:', ...expected];
}

/**
 * What is different in sense: a right alarm that none meets which was told and not taken back, one of those that meets
 * no right one, and what stands in the end.
 */
export function sameSense(told: readonly Heard[], right: readonly Told[], lined: Lined): readonly string[] {
  const valid = told.filter(({ isRevised }) => !isRevised);
  const missed = right.filter((alarm) => !valid.some((other) => meet(alarm, other)));
  const beyond = valid.filter((alarm) => !right.some((other) => meet(alarm, other)));
  return [
    ...missed.map((alarm) => `missed: ${line(alarm, lined)}`),
    ...beyond.map((alarm) => `too much: ${line(alarm, lined)}`),
    ...(standing(valid) === standing(right)
      ? []
      : [`stands: ${standing(valid)}; should: ${standing(right)}`]),
  ];
}

const standing = (alarms: readonly Told[]): string =>
  alarms
    .filter(({ to }) => to === null)
    .map(({ rule, key, severities }) => `${rule} ${key} ${severities.at(-1)?.[1]}`)
    .sort()
    .join(', ');

const end = ({ to }: Told): number => to ?? Number.POSITIVE_INFINITY;
const meet = (a: Told, b: Told): boolean =>
  a.rule === b.rule && a.key === b.key && a.from <= end(b) && b.from <= end(a);

/**
 * `r1 d1 d1 5…10 major 5, critical 7`: times in units from the start. Who was silent is the key alone: of several
 * devices none began it.
 */
function line({ rule, key, device, from, to, severities }: Told, { unitMs, rules }: Lined): string {
  const units = (at: number | null): string => (at === null ? '' : String((at - start) / unitMs));
  const isSilence = rules.find(({ id }) => id === rule)?.trigger.is === 'silence';
  const rated = severities.map(([at, severity]) => `${severity} ${units(at)}`).join(', ');
  return `${rule} ${key} ${isSilence ? '' : device} ${units(from)}…${units(to)} ${rated}`;
}
