import type { StateRow } from '#model/snapshot.ts';
import type { Case } from '#tests/rules/reference/cases.ts';
import { withCompanions } from '#tests/rules/reference/companions.ts';
import { sameLines, sameSense } from '#tests/rules/reference/compared.ts';
import { type Heard, heard } from '#tests/rules/reference/heard.ts';
import { asNeighbours } from '#tests/rules/reference/neighbours.ts';
import { Player } from '#tests/rules/reference/played.ts';
import type { Planned } from '#tests/rules/reference/random-streams.ts';
import { expectedAlarms } from '#tests/rules/reference/reference.ts';
import type { RuleTree } from '#tests/rules/reference/rule-tree.ts';
import { arrivalOf, type Step, type Trouble } from '#tests/rules/reference/step.ts';
import { devices } from '#tests/rules/reference/village.ts';

/** Each law answers the differences that it found; empty: it holds. */
export type Law = (tried: Case) => readonly string[];

/** Of the orderly stream the engine says what the reference says. */
export const isExact: Law = (tried) => {
  const right = expectedAlarms(tried.rules, tried.steps, tried);
  const told = tell(tried, tried.steps);
  return tried.rules.flatMap((rule) => {
    const compare = isOrdered(rule, tried.steps) ? sameLines : sameSense;
    return compare(of(rule, told), of(rule, right), tried);
  });
};

/** What is said once more, within the lateness, changes nothing. */
export const repeatsChangeNothing: Law = (tried) => {
  const twice = tried.steps.flatMap((step): readonly Step[] =>
    step.does === 'say' && step.repeatMs !== null
      ? [step, { ...step, arrives: step.at + step.repeatMs }]
      : [step],
  );
  return sameLines(tell(tried, byArrival(twice)), tell(tried, tried.steps), tried);
};

/** Of what comes late or is corrected within the lateness, no alarm is missed, and none is left that never was. */
export const disorderMissesNothing: Law = (tried) =>
  sameSense(tell(tried, disorderly(tried)), expectedAlarms(tried.rules, tried.steps, tried), tried);

/** The same of devices that do nothing but count each other. */
export const disorderMissesNoNeighbour: Law = (tried) => disorderMissesNothing(asNeighbours(tried));

/** Rules that the same readings wake, and that share what these say, say what each says alone; so do their traces. */
export const sharingChangesNothing: Law = (tried) => {
  const rules = withCompanions(tried);
  const together = new Player({ ...tried, rules });
  const alone = rules.map((rule) => new Player({ ...tried, rules: [rule] }));
  const steps = disorderly(tried);
  const told = steps.flatMap((step) => together.take(step));
  return rules.flatMap((rule, index) => {
    const player = alone[index];
    if (!player) return [];
    const toldAlone = steps.flatMap((step) => player.take(step));
    return [
      ...sameLines(of(rule, heard(told)), heard(toldAlone), tried),
      ...sameTraces(rule, [together, player]),
    ];
  });
};

/** How long a card is remembered, and what was traced of it, is up to all rules that tell cards apart. */
const sameTraces = ({ id, key }: RuleTree, [one, other]: readonly [Player, Player]): readonly string[] =>
  (key === 'credential' ? [] : devices).flatMap((device) => {
    const [said, wanted] = [one.trace(id, device.id), other.trace(id, device.id)];
    return said === wanted ? [] : [`${id} at ${device.id} is traced as ${said}`, `and alone as ${wanted}`];
  });

/**
 * Snapshots and crashes at any step change nothing at all: the engine that is restored and lives on says, to the letter,
 * what one says that never crashed.
 */
export const crashesChangeNothing: Law = (tried) => {
  const steps = troubled(tried);
  const live = new Player(tried);
  let other = new Player(tried);
  const kept = new Map<string, string>();
  for (const [index, step] of steps.entries()) {
    const right = live.take(step).map((transition) => JSON.stringify(transition));
    const said = other.take(step).map((transition) => JSON.stringify(transition));
    if (said.join('\n') !== right.join('\n'))
      return [
        `step ${index}: ${JSON.stringify(step)}`,
        ...right.filter((one) => !said.includes(one)).map((one) => `only without a crash: ${one}`),
        ...said.filter((one) => !right.includes(one)).map((one) => `only with one: ${one}`),
        `${right.length} without, ${said.length} with`,
      ];
    const here = tried.cuts.filter(({ after }) => after % steps.length === index);
    if (here.length === 0) continue;
    for (const [key, state] of other.engine.takeDirty()) {
      if (state === null) kept.delete(key);
      else kept.set(key, state);
    }
    if (here.some(({ isCrash }) => isCrash)) other = new Player(tried, steps.slice(0, index + 1), kept);
  }
  const [due, again] = [live.engine.nextDue(), other.engine.nextDue()];
  return due === again ? [] : [`live is next due at ${due}, after a crash at ${again}`];
};

/**
 * A snapshot is of the moment when it was begun, however slowly it is read and whatever happens meanwhile: to the letter
 * what one says that is read at once.
 */
export const slowSnapshotsAreWhole: Law = (tried) => {
  const steps = troubled(tried);
  const [quick, slow] = [new Snapshots(new Player(tried)), new Snapshots(new Player(tried))];
  for (const [index, step] of steps.entries()) {
    for (const { player } of [quick, slow]) player.take(step);
    const { after, isCrash } = tried.cuts[index % tried.cuts.length] ?? { after: 0, isCrash: false };
    slow.read(isCrash ? 1 : 0);
    if (after % 3 > 0) continue;
    slow.read(Number.POSITIVE_INFINITY);
    const odd = oddRows(quick.kept, slow.kept);
    if (odd.length > 0) return [`step ${index}: ${JSON.stringify(step)}`, ...odd];
    for (const snapshots of [quick, slow]) snapshots.begin();
    quick.read(Number.POSITIVE_INFINITY);
  }
  return [];
};

/** The same of devices that do nothing but count each other. */
export const slowSnapshotsOfNeighboursAreWhole: Law = (tried) => slowSnapshotsAreWhole(asNeighbours(tried));

/** What snapshots of a player have said. */
class Snapshots {
  readonly player: Player;
  readonly kept = new Map<string, string>();
  #rows: Iterator<StateRow> = [][Symbol.iterator]();

  constructor(player: Player) {
    this.player = player;
  }

  begin(): void {
    this.#rows = this.player.engine.takeDirty()[Symbol.iterator]();
  }

  read(most: number): void {
    for (let count = 0; count < most; count++) {
      const { done, value } = this.#rows.next();
      if (done === true) return;
      const [key, state] = value;
      if (state === null) this.kept.delete(key);
      else this.kept.set(key, state);
    }
  }
}

const oddRows = (wanted: ReadonlyMap<string, string>, said: ReadonlyMap<string, string>): readonly string[] =>
  [...new Set([...wanted.keys(), ...said.keys()])].flatMap((key) =>
    wanted.get(key) === said.get(key)
      ? []
      : [`${key}: read at once ${wanted.get(key)}`, `and slowly ${said.get(key)}`],
  );

/** The stream as it may arrive: with delays, and with a first word that is corrected later. */
function disorderly({ steps }: Case): readonly Planned[] {
  return byArrival(
    steps.flatMap((step): readonly Planned[] => {
      if (step.does !== 'say') return [step];
      const late = { ...step, arrives: step.at + step.delayMs };
      return step.mistaken === null ? [late] : [{ ...step, values: step.mistaken }, late];
    }),
  );
}

/** Disorder, and all else that may come over an engine. */
function troubled(tried: Case): readonly Trouble[] {
  const steps = disorderly(tried).map((step) =>
    step.does === 'say' ? { ...step, flags: step.marks } : step,
  );
  return byArrival([...steps, ...tried.troubles]);
}

/** Stable: what arrives at once stays in its order. */
const byArrival = <T extends Trouble>(steps: readonly T[]): readonly T[] =>
  [...steps].sort((a, b) => arrivalOf(a) - arrivalOf(b));

function tell(tried: Case, steps: readonly Step[]): readonly Heard[] {
  const player = new Player(tried);
  return heard(steps.flatMap((step) => player.take(step)));
}

const of = <T extends { readonly rule: string }>({ id }: RuleTree, alarms: readonly T[]): readonly T[] =>
  alarms.filter(({ rule }) => rule === id);

/**
 * What devices say in one moment comes one after the other. A rule that asks for others may have judged by then: its
 * first word is taken back, as with any late reading.
 */
function isOrdered(rule: RuleTree, steps: readonly Step[]): boolean {
  const times = steps.flatMap((step) => (step.does === 'say' ? [step.at] : []));
  return new Set(times).size === times.length || !JSON.stringify(rule).includes('"others"');
}

/** All of them, by name. */
export const laws: Readonly<Record<string, Law>> = {
  isExact,
  repeatsChangeNothing,
  disorderMissesNothing,
  disorderMissesNoNeighbour,
  sharingChangesNothing,
  crashesChangeNothing,
  slowSnapshotsAreWhole,
  slowSnapshotsOfNeighboursAreWhole,
};
