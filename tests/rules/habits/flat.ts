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
    for (const room of rooms)
      for (let count = chance.pick([1, 1, 2, 3]); count > 0; count--) add(room, room);
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
  const said: Said[] = [];
  const hear = (sensor: Sensor, at: number, value: Value, isOwn = false): void => {
    if (at < sensor.dies) said.push({ at, device: sensor.id, property: sensor.property, value, isOwn });
  };
  const pulse = (sensor: Sensor, at: number): void => {
    hear(sensor, at, true);
    hear(sensor, at + sensor.hold / 60, false, true);
  };
  const trigger = (spot: Spot, at: number): void => {
    for (const sensor of flat.sensors) {
      if (sensor.sees !== spot || sensor.property === 'bed-occupied' || !chance.is(sensor.sure * (sensor.property === 'motion' ? 1 : 0.3))) continue;
      pulse(sensor, at + chance.between(0, 0.2));
    }
  };
  const passDoor = (at: number): void => {
    if (chance.is(flat.missedDoors)) return;
    for (const sensor of flat.sensors) {
      if (sensor.sees !== 'door') continue;
      hear(sensor, at, true);
      hear(sensor, at + chance.between(0.1, 0.6), false);
    }
    if (chance.is(0.7)) trigger('hall', at + chance.between(0, 1.2));
  };
  let before: Scene | undefined;
  for (const scene of scenes) {
    if (scene.spot === 'out' || before?.spot === 'out') passDoor(scene.from);
    if (scene.spot !== 'out') {
      if (before && before.spot !== scene.spot && chance.is(0.7)) trigger('hall', scene.from - 0.1);
      if (before?.spot !== scene.spot) trigger(scene.spot, scene.from + 0.1);
      for (let at = scene.from + chance.wait(scene.pace); at < scene.to - 0.3; at += chance.wait(scene.pace) + 0.1)
        trigger(scene.spot, at);
    }
    sleepIn(flat, scene, before, hear);
    const hour = (scene.from % minutesOfDay) / 60;
    if (scene.doing === 'sit' && hour > 8.5 && hour < 20.5 && chance.is(person.visits / 8)) {
      passDoor(scene.from + 1);
      for (let at = scene.from + 2; at < scene.to; at += chance.wait(3)) trigger('living', at);
      passDoor(scene.to - 0.5);
    }
    before = scene;
  }
  const end = scenes.at(-1)?.to ?? 0;
  for (const sensor of flat.sensors)
    if (sensor.heartbeat > 0)
      for (let at = chance.between(0, sensor.heartbeat); at < end; at += sensor.heartbeat) said.push({ at, device: sensor.id, property: sensor.property, value: 'beat', isOwn: true });
  if (flat.hasPet)
    for (let at = minutesOfDay / 2; at < end; at += chance.wait(45)) trigger(chance.pick(rooms), at);
  return withBeats(lose(said, end, chance));
}

function sleepIn(flat: Flat, scene: Scene, before: Scene | undefined, hear: (sensor: Sensor, at: number, value: Value) => void): void {
  const isBed = (each: Scene | undefined): boolean => each?.spot === 'bedroom' && (each.doing === 'sleep' || each.doing === 'nap');
  if (isBed(scene) === isBed(before)) return;
  for (const sensor of flat.sensors) if (sensor.property === 'bed-occupied') hear(sensor, scene.from + 0.4, isBed(scene));
}

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
