import type { Value } from '#model/reading.ts';
import type { Chance } from '#tests/rules/habits/chance.ts';
import type { Person, Scene, Spot } from '#tests/rules/habits/person.ts';

/** A device of a flat. `sees`: where. */
export interface Sensor {
  readonly id: string;
  readonly kind: string;
  readonly place: string;
  readonly property: string;
  readonly sees: Spot | 'door';
  /** Seconds that a movement is held. */
  readonly hold: number;
  /** How often it sees what it should. */
  readonly sure: number;
  /** Minutes between heartbeats; 0: none. */
  readonly heartbeat: number;
  /** When it dies, minutes. */
  readonly dies: number;
}

/** A reading; time in minutes since the beginning. */
export interface Said {
  readonly at: number;
  readonly device: string;
  readonly property: string;
  readonly value: Value;
  /** Not said by anything that the person does. */
  readonly isOwn: boolean;
}

export type Style = 'rooms' | 'numbers' | 'contacts' | 'few';

export interface Flat {
  readonly style: Style;
  readonly sensors: readonly Sensor[];
  readonly missedDoors: number;
  readonly hasPet: boolean;
}

const rooms = ['bedroom', 'bathroom', 'kitchen', 'living', 'hall'] as const;

export function makeFlat(chance: Chance): Flat {
  const style = chance.pick<Style>(['rooms', 'rooms', 'numbers', 'numbers', 'contacts', 'few']);
  const hold = chance.pick([2, 10, 30, 60, 180]);
  const beat = chance.pick([0, 0, 30, 60, 240]);
  const sensors: Sensor[] = [];
  const add = (sees: Sensor['sees'], name: string, more: Partial<Sensor> = {}): void => {
    const number = String(sensors.length + 1).padStart(3, '0');
    sensors.push({
      id: style === 'numbers' ? `${sees === 'door' ? 'd' : 'm'}${number}` : `${name}-${number}`,
      kind: 'motion',
      place: style === 'rooms' && sees !== 'door' ? `flat-${sees}` : 'flat',
      property: 'motion',
      sees,
      hold,
      sure: chance.between(0.85, 0.99),
      heartbeat: beat,
      dies: chance.is(0.04) ? chance.between(5, 35) * 1_440 : Number.POSITIVE_INFINITY,
      ...more,
    });
  };
  const door = { kind: 'door', property: 'door-open', sure: 1 };
  if (style === 'rooms' || style === 'numbers') {
    for (const room of rooms) for (let count = chance.pick([1, 1, 2, 3]); count > 0; count--) add(room, room);
    if (chance.is(0.5)) add('kitchen', 'fridge', door);
    if (chance.is(0.3)) add('bedroom', 'bed', { kind: 'bed-sensor', property: 'bed-occupied' });
    add('door', 'front-door', door);
  } else if (style === 'contacts') {
    for (const name of ['fridge', 'cupboard', 'microwave']) add('kitchen', name, { ...door, sure: 0.5 });
    add('bathroom', 'toilet-flush', { property: 'toilet-flush', sure: 0.8 });
    add('bedroom', 'bedroom-door', { ...door, sure: 0.6 });
    add('living', 'living-door', { ...door, sure: 0.25 });
    add('door', 'front-door', door);
  } else {
    add('living', 'living', { sure: 0.9 });
    add('bathroom', 'bathroom', { sure: 0.9 });
    if (chance.is(0.7)) add('door', 'entrance', door);
  }
  return {
    style,
    sensors,
    missedDoors: chance.is(0.5) ? 0 : chance.between(0.01, 0.15),
    hasPet: chance.is(0.06),
  };
}

const minutesOfDay = 1_440;

/** Everything that the sensors of a flat say while a person lives in it. */
export function sense(flat: Flat, person: Person, scenes: readonly Scene[], chance: Chance): readonly Said[] {
  const ears = new Ears(flat, chance);
  let before: Scene | undefined;
  for (const scene of scenes) {
    if (scene.spot === 'out' || before?.spot === 'out') ears.passDoor(scene.from);
    if (scene.spot !== 'out') ears.follow(scene, before);
    ears.feelBed(scene, before);
    const hour = (scene.from % minutesOfDay) / 60;
    if (scene.doing === 'sit' && hour > 8.5 && hour < 20.5 && chance.is(person.visits / 8)) ears.visit(scene);
    before = scene;
  }
  const end = scenes.at(-1)?.to ?? 0;
  ears.beat(end);
  if (flat.hasPet)
    for (let at = minutesOfDay / 2; at < end; at += chance.wait(45)) ears.trigger(chance.pick(rooms), at);
  return withBeats(lose(ears.said, end, chance));
}

class Ears {
  readonly said: Said[] = [];
  readonly #flat: Flat;
  readonly #chance: Chance;

  constructor(flat: Flat, chance: Chance) {
    this.#flat = flat;
    this.#chance = chance;
  }

  trigger(spot: Spot, at: number): void {
    for (const sensor of this.#flat.sensors) {
      if (sensor.sees !== spot || sensor.property === 'bed-occupied') continue;
      if (!this.#chance.is(sensor.sure * (sensor.property === 'motion' ? 1 : 0.3))) continue;
      const from = at + this.#chance.between(0, 0.2);
      this.#hear(sensor, from, true);
      this.#hear(sensor, from + sensor.hold / 60, false, true);
    }
  }

  passDoor(at: number): void {
    if (this.#chance.is(this.#flat.missedDoors)) return;
    for (const sensor of this.#flat.sensors) {
      if (sensor.sees !== 'door') continue;
      this.#hear(sensor, at, true);
      this.#hear(sensor, at + this.#chance.between(0.1, 0.6), false);
    }
    if (this.#chance.is(0.7)) this.trigger('hall', at + this.#chance.between(0, 1.2));
  }

  follow(scene: Scene, before: Scene | undefined): void {
    if (before?.spot !== scene.spot) {
      if (before && this.#chance.is(0.7)) this.trigger('hall', scene.from - 0.1);
      this.trigger(scene.spot, scene.from + 0.1);
    }
    const { pace } = scene;
    for (
      let at = scene.from + this.#chance.wait(pace);
      at < scene.to - 0.3;
      at += this.#chance.wait(pace) + 0.1
    )
      this.trigger(scene.spot, at);
  }

  /** Somebody comes, stays and goes. */
  visit({ from, to }: Scene): void {
    this.passDoor(from + 1);
    for (let at = from + 2; at < to; at += this.#chance.wait(3)) this.trigger('living', at);
    this.passDoor(to - 0.5);
  }

  feelBed(scene: Scene, before: Scene | undefined): void {
    if (isInBed(scene) === isInBed(before)) return;
    for (const sensor of this.#flat.sensors)
      if (sensor.property === 'bed-occupied') this.#hear(sensor, scene.from + 0.4, isInBed(scene));
  }

  beat(end: number): void {
    for (const { heartbeat, id: device, property } of this.#flat.sensors)
      for (let at = this.#chance.between(0, heartbeat); heartbeat > 0 && at < end; at += heartbeat)
        this.said.push({ at, device, property, value: 'beat', isOwn: true });
  }

  #hear({ id: device, property, dies }: Sensor, at: number, value: Value, isOwn = false): void {
    if (at < dies) this.said.push({ at, device, property, value, isOwn });
  }
}

const isInBed = (scene: Scene | undefined): boolean =>
  scene?.spot === 'bedroom' && (scene.doing === 'sleep' || scene.doing === 'nap');

/** Gateways lose an hour, or a morning. */
function lose(said: readonly Said[], end: number, chance: Chance): readonly Said[] {
  const gaps: [number, number][] = [];
  for (let at = chance.wait(9 * minutesOfDay); at < end; at += chance.wait(9 * minutesOfDay))
    gaps.push([at, at + (chance.is(0.15) ? chance.between(120, 300) : chance.between(5, 75))]);
  return said.filter(({ at }) => !gaps.some(([from, to]) => at >= from && at < to));
}

/** A heartbeat says again what was said last. */
function withBeats(said: readonly Said[]): readonly Said[] {
  const last = new Map<string, Value>();
  return [...said]
    .sort((a, b) => a.at - b.at)
    .map((each) => {
      const value = each.value === 'beat' ? (last.get(each.device) ?? false) : each.value;
      last.set(each.device, value);
      return { ...each, value };
    });
}
