import { expect, it } from 'vitest';
import type { Place } from '#model/community.ts';
import { Configuration } from '#model/configuration.ts';
import { joinScopes } from '#model/rule.ts';
import { JoinableTasks } from '#tasks/joinable-tasks.ts';
import type { TaskRow } from '#tasks/ports.ts';
import { fc } from '#tests/support/properties.ts';
import { placeId, taskId } from '#tests/tasks/support/demo.ts';

const buildings = ['a', 'b', 'c'];
const rooms = buildings.flatMap((building) => [`${building}-1`, `${building}-2`]);
const category = 'fire';

class World {
  readonly configuration = new Configuration();
  /** As the store has them: the oldest first. */
  readonly #rows = new Map<string, TaskRow>();
  #joinable = this.#anew();

  constructor() {
    this.put('g', 'grid', 'c1');
    for (const building of buildings) this.put(building, 'building', 'g');
    for (const room of rooms) this.put(room, 'room', room.charAt(0));
  }

  put(id: string, kind: Place['kind'], parent: string): void {
    const body = { id: placeId(id), kind, parent: placeId(parent), name: { zh: id } } as unknown as Place;
    this.configuration.apply({ op: 'put', resource: 'place', id, body } as never);
  }
  restart(): void {
    this.#joinable = this.#anew();
  }
  open(place: string, by: (typeof joinScopes)[number] | null): void {
    const id = taskId(`t-${this.#rows.size}`);
    const join = by === null ? null : { by, withinMs: 1 };
    this.write({ id, category, place: placeId(place), state: 'dispatched', join } as unknown as TaskRow);
  }
  write(row: TaskRow): void {
    this.#rows.set(row.id, row);
    this.#joinable.follow(row);
  }
  rewrite(index: number, state: TaskRow['state']): void {
    const row = [...this.#rows.values()][index];
    if (row && row.state !== 'closed') this.write({ ...row, state });
  }

  asked(place: string): readonly string[] {
    return this.#joinable
      .around(category, placeId(place))
      .map(({ task, by, shared }) => `${task.id} ${by} ${shared}`);
  }
  /** The same, of all open tasks one after the other. */
  lookedThrough(place: string): readonly string[] {
    return this.#open().flatMap(({ id, join, place: own }) => {
      const scope = join && this.#scope(join.by, own);
      return join && scope !== undefined && scope === this.#scope(join.by, placeId(place))
        ? [`${id} ${join.by} ${scope}`]
        : [];
    });
  }

  #scope(by: (typeof joinScopes)[number], place: TaskRow['place']) {
    return by === 'community'
      ? this.configuration.path(place).at(-1)
      : this.configuration.enclosing(place, by);
  }
  /** The newest first. */
  #open(): TaskRow[] {
    return [...this.#rows.values()].filter(({ state }) => state !== 'closed').toReversed();
  }
  #anew(): JoinableTasks {
    return new JoinableTasks({ store: { openTasks: () => this.#open() }, configuration: this.configuration });
  }
}

/** What happens to tasks and places, one after the other; how many tasks an asking found. */
type Deed = (world: World) => number;
const silently =
  <Given>(does: (world: World, given: Given) => void) =>
  (given: Given): Deed =>
  (world) => {
    does(world, given);
    return 0;
  };
const aRoom = fc.constantFrom(...rooms);
const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(aRoom, fc.constantFrom(null, ...joinScopes))
      .map(silently((world, [place, by]) => world.open(place, by))),
  },
  { weight: 1, arbitrary: fc.nat(30).map(silently((world, index) => world.rewrite(index, 'accepted'))) },
  { weight: 1, arbitrary: fc.nat(30).map(silently((world, index) => world.rewrite(index, 'closed'))) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(aRoom, fc.constantFrom(...buildings))
      .map(silently((world, [room, to]) => world.put(room, 'room', to))),
  },
  { weight: 1, arbitrary: fc.constant(null).map(silently((world) => world.restart())) },
  {
    weight: 3,
    arbitrary: aRoom.map((place) => (world: World) => {
      const expected = world.lookedThrough(place);
      expect(world.asked(place)).toEqual(expected);
      return expected.length;
    }),
  },
);

it('finds by the place what looking through all open tasks finds, however tasks end and places move', () => {
  let found = 0;
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 60, size: 'max' }), (deeds) => {
      const world = new World();
      for (const each of deeds) found += each(world);
    }),
    { numRuns: 300 },
  );
  expect(found).toBeGreaterThan(1_000);
});
