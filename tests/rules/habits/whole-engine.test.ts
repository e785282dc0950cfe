import { describe, expect, it } from 'vitest';
import { loadLibrary } from '#rules/library/load.ts';
import { community, type Source, start, World } from '#tests/rules/community.ts';
import { Chance } from '#tests/rules/habits/chance.ts';
import { type Flat, makeFlat, type Said, sense } from '#tests/rules/habits/flat.ts';
import { live, makePerson } from '#tests/rules/habits/person.ts';
import { begin, settings, Trial } from '#tests/rules/habits/trial.ts';

const days = 24;
const minute = 60;
const rules: readonly Source[] = loadLibrary()
  .filter(({ id }) => id in settings)
  .map(({ source }) => source);

/** What a flat says for some weeks, and then a day of silence after a collapse at noon. */
function story(seed: number): { flat: Flat; said: readonly Said[]; end: number } {
  const chance = new Chance(seed);
  const person = makePerson(chance);
  const flat = makeFlat(chance);
  const said = sense(flat, person, live(person, days, chance), chance);
  const collapse = (days - 2.5) * 1_440;
  return { flat, said: said.filter(({ at, isOwn }) => at < collapse || isOwn), end: days * 1_440 };
}

const worldOf = (flat: Flat): World => {
  const world = new World(
    community(
      flat.sensors.map(({ id, kind }) => ({ id, kind, resident: 'r-0502', place: placeOf(flat, id) })),
    ),
    [],
  );
  for (const place of new Set(flat.sensors.map((sensor) => sensor.place)))
    if (place !== 'flat') world.change('place', { id: place, kind: 'area', parent: 'b3-0502' });
  world.use(rules);
  return world;
};
const placeOf = ({ sensors }: Flat, id: string): string => {
  const place = sensors.find((sensor) => sensor.id === id)?.place ?? 'flat';
  return place === 'flat' ? 'b3-0502' : place;
};

/** Minutes of the story as seconds of the world. */
const secondsAt = (at: number): number => (begin - start) / 1_000 + Math.round(at * minute * 1_000) / 1_000;

function tell(
  world: World,
  said: readonly Said[],
  { restarts, chance }: { restarts: number; chance: Chance },
): World {
  for (const { at, device, property, value } of said) {
    world.say(secondsAt(at), { [property]: value }, { device });
    if (chance.is(restarts / said.length)) world.save().restart(rules);
  }
  return world;
}

const raisedBy = (world: World): readonly string[] =>
  world.alarms.map(({ rule, startedAt }) => `${rule} ${startedAt}`).sort();

describe('the engine with the rules on a person living alone', () => {
  it.each([3, 7, 13, 16])('finds what its machines find, and a restart changes nothing (life %i)', (seed) => {
    const { flat, said, end } = story(seed);
    const trial = new Trial(flat);
    for (const each of said) trial.hear(each);
    trial.pass(end);
    const expected = trial.raised.map(({ rule, at }) => `${rule} ${Math.round(begin + at * 60_000)}`).sort();
    expect(expected.length).toBeGreaterThan(0);
    const orderly = tell(worldOf(flat), said, { restarts: 0, chance: new Chance(1) }).pass(secondsAt(end));
    expect(raisedBy(orderly)).toEqual(expected);
    const restarted = tell(worldOf(flat), said, { restarts: 12, chance: new Chance(seed) }).pass(
      secondsAt(end),
    );
    expect(restarted.transitions).toEqual(orderly.transitions);
  });

  it.each([3, 7, 13])('misses nothing when readings come late and out of order (life %i)', (seed) => {
    const { flat, said, end } = story(seed);
    const chance = new Chance(seed);
    const orderly = tell(worldOf(flat), said, { restarts: 0, chance }).pass(secondsAt(end));
    const mixed = said
      .map((each) => ({ ...each, arrives: each.at + (chance.is(0.3) ? chance.between(0, 4) : 0) }))
      .sort((a, b) => a.arrives - b.arrives);
    const world = worldOf(flat);
    for (const { at, arrives, device, property, value } of mixed)
      world.say(secondsAt(at), { [property]: value }, { device, arrives: secondsAt(arrives) });
    const rulesOf = ({ alarms }: World): readonly string[] => alarms.map(({ rule }) => rule).sort();
    expect(rulesOf(world.pass(secondsAt(end)))).toEqual(expect.arrayContaining([...rulesOf(orderly)]));
  });
});
