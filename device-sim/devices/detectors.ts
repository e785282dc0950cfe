import { rowOf } from '#device-sim/chance/chance.ts';
import type { Post } from '#device-sim/devices/post.ts';
import type { DeviceModel } from '#device-sim/devices/report.ts';
import { clamped, driftOf, rounded } from '#device-sim/signals/drift.ts';
import { IndoorAir, type Shell } from '#device-sim/signals/indoor-air.ts';
import type { SimDay } from '#device-sim/time/calendar.ts';

const hourMs = 3_600_000;

/** What kind of room the device hangs in, by its place. */
export function shellOf(post: Post): Shell {
  const kind = post.scene.fleet.place(post.device.place)?.kind;
  if (kind === 'room') return 'flat';
  return kind === 'area' ? 'garage' : 'hall';
}

const airOf = (post: Post): IndoorAir => new IndoorAir(post.name, shellOf(post), post.scene.sky);

/** How much is being cooked where the device hangs: 0 or 1, by the plans of who lives there. */
function stoveOf(post: Post): (day: SimDay) => (at: number) => number {
  const { people } = post.scene;
  const home = people.home(post.device.place);
  return (day) => {
    const acts = home === undefined ? [] : [...people.homeDay(home, day).acts.values()].flat();
    const cooking = acts.filter(({ doing }) => doing === 'cooking');
    return (at) => (cooking.some(({ from, to }) => at >= from && at < to) ? 1 : 0);
  };
}

/** Clean air has a little of everything: the zero of a chamber, which wanders. */
function residue(post: Post, most: number): (at: number) => number {
  const row = rowOf('residue', post.name);
  const drift = driftOf(`residue ${post.name}`, 6 * hourMs);
  return (at) => clamped(most * (0.35 + 0.3 * drift(at) + 0.3 * row(at)), 0, most);
}

export function smokeDetector(post: Post): DeviceModel {
  const air = airOf(post);
  const density = residue(post, 0.08);
  const stoveOn = stoveOf(post);
  return (day) => {
    const stove = stoveOn(day);
    return post.reports(day, (at) => ({
      smoke: false,
      'smoke-density': rounded(density(at) + 0.06 * stove(at), 0.01),
      temperature: rounded(air.temperature(at) + 0.7 * stove(at), 0.1),
      ...post.health(at),
    }));
  };
}

export function heatDetector(post: Post): DeviceModel {
  const air = airOf(post);
  return post.regular((at) => ({
    heat: false,
    temperature: rounded(air.temperature(at), 0.1),
    ...post.health(at),
  }));
}

/** In a garage it follows the cars of the rush hours, far below what is anybody's business. */
export function coDetector(post: Post): DeviceModel {
  const air = airOf(post);
  const zero = residue(post, 1.5);
  const cars = shellOf(post) === 'garage' ? 7 : 0.5;
  const { calendar } = post.scene;
  const rush = (at: number, hour: number): number => Math.exp(-(((calendar.hourOf(at) - hour) / 1.1) ** 2));
  return post.regular((at) => ({
    co: rounded(zero(at) + cars * (rush(at, 8) + 0.8 * rush(at, 18.5)), 1),
    'co-alarm': false,
    temperature: rounded(air.temperature(at), 0.1),
    rssi: post.radio.rssi(at),
  }));
}

/** On mains power; the stove shows. */
export function gasDetector(post: Post): DeviceModel {
  const zero = residue(post, 0.6);
  const stoveOn = stoveOf(post);
  return (day) => {
    const stove = stoveOn(day);
    return post.reports(day, (at) => ({
      gas: false,
      'gas-concentration': rounded(zero(at) + 0.5 * stove(at), 0.1),
      'valve-open': true,
      rssi: post.radio.rssi(at),
    }));
  };
}

export function leakSensor(post: Post): DeviceModel {
  return post.regular((at) => ({ 'water-leak': false, ...post.health(at) }));
}

/** Says nothing but that it lives, until somebody presses it. */
export function sosButton(post: Post): DeviceModel {
  return post.regular((at) => post.health(at));
}

export function siren(post: Post): DeviceModel {
  return post.regular((at) => ({ 'siren-on': false, power: true, ...post.health(at) }));
}

export function gateway(post: Post): DeviceModel {
  const air = airOf(post);
  const row = rowOf('gateway', post.name);
  // It was started some weeks ago, and is again each 90 days.
  const turnMs = 90 * 24 * hourMs;
  const phase = Math.round(row(0) * turnMs);
  const firmware = `2.${Math.floor(row(1) * 6)}.${Math.floor(row(2) * 10)}`;
  return post.regular((at) => ({
    power: true,
    temperature: rounded(air.temperature(at) + 14, 0.1),
    uptime: Math.floor(((at + phase) % turnMs) / 1000),
    firmware,
    rssi: post.radio.rssi(at),
  }));
}
