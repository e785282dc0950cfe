import { rowOf } from '#device-sim/chance/chance.ts';
import type { Post } from '#device-sim/devices/post.ts';
import type { Change, DeviceModel, Values } from '#device-sim/devices/report.ts';
import { actAt, type Doing, isInBed, joined, type Span } from '#device-sim/people/act.ts';
import { doingAt, type HomeDay, isOccupied } from '#device-sim/people/home.ts';
import { motionHoldMs } from '#device-sim/people/traces.ts';
import { bustle } from '#device-sim/signals/bustle.ts';
import { clamped, rounded } from '#device-sim/signals/drift.ts';
import { Vitals } from '#device-sim/signals/vitals.ts';

/** Spans as a sensor tells them: true at the beginning of each, false at its end. */
export function* switched(property: string, spans: Iterable<Span>): Generator<Change> {
  for (const { from, to } of spans) {
    yield { at: from, values: { [property]: true } };
    yield { at: to, values: { [property]: false } };
  }
}

/** Sees who moves in its home; in a stairwell who comes and goes, elsewhere how busy the hour is. */
export function motionSensor(post: Post): DeviceModel {
  const { people, fleet, calendar } = post.scene;
  const { place } = post.device;
  const home = people.home(place);
  const row = rowOf('motion', post.name);
  const kind = fleet.place(place)?.kind;
  return (day) => {
    const homeDay = home && people.homeDay(home, day);
    const spans =
      homeDay?.motion ??
      (kind === 'unit' || kind === 'building'
        ? joined(people.unitDay(place, day).passages.map(({ at }) => ({ from: at, to: at + motionHoldMs })))
        : [...post.heartbeats(day)]
            .filter((at) => row(at) < bustle(calendar.hourOf(at)))
            .map((at) => ({ from: at + 5_000, to: at + 5_000 + motionHoldMs })));
    return post.stateful(
      day,
      { motion: false },
      {
        changes: switched('motion', spans),
        also: (at) => ({ illuminance: light(post, homeDay, at), ...post.health(at) }),
      },
    );
  };
}

/** lx: what comes through the window, and a lamp in the evening while somebody is up. */
function light(post: Post, home: HomeDay | undefined, at: number): number {
  const daylight = post.scene.sky.at(at).illuminance * 0.004;
  const isUp =
    home !== undefined &&
    [...home.acts.values()].some((acts) => {
      const doing = actAt(acts, at)?.doing;
      return doing !== undefined && doing !== 'out' && !isInBed(doing);
    });
  return rounded(clamped(daylight, 0, 450) + (isUp && daylight < 60 ? 130 : 0), 1);
}

/** The resident whose device it is, else the first of the home. */
export function residentOf(post: Post): string | undefined {
  const { device, scene } = post;
  return device.resident ?? scene.people.home(device.place)?.residents[0]?.id;
}

export function vitalsOf(post: Post): Vitals {
  const resident = residentOf(post);
  const habits =
    resident === undefined ? undefined : post.scene.people.home(homePlace(post))?.habits(resident);
  return new Vitals(post.name, habits?.heartRate ?? 66);
}

/** Where the device's person lives; a wearable may hang at another place. */
function homePlace(post: Post): string {
  const resident = residentOf(post);
  return post.scene.fleet.residents.find(({ id }) => id === resident)?.place ?? post.device.place;
}

export function homeDayOf(post: Post): DayOf {
  const home = post.scene.people.home(homePlace(post));
  return (day) => (home === undefined ? undefined : post.scene.people.homeDay(home, day));
}
type DayOf = (day: Parameters<DeviceModel>[0]) => HomeDay | undefined;

/** Tells heart and breath of who lies in it. */
export function bedSensor(post: Post): DeviceModel {
  const resident = residentOf(post) ?? '';
  const vitals = vitalsOf(post);
  const dayOf = homeDayOf(post);
  return (day) => {
    const acts = dayOf(day)?.acts.get(resident) ?? [];
    const inBed = joined(acts.filter(({ doing }) => isInBed(doing)));
    const isIn = (at: number): boolean => inBed.some(({ from, to }) => at >= from && at < to);
    return post.stateful(
      day,
      { 'bed-occupied': isIn(day.from) },
      {
        changes: switched(
          'bed-occupied',
          inBed.map(({ from, to }) => ({ from: from === day.from ? from - 1 : from, to })),
        ),
        also: (at) => ({
          ...(isIn(at) && heartAndBreath(vitals, actAt(acts, at)?.doing, at)),
          ...post.health(at),
        }),
      },
    );
  };
}

const stillDoings: ReadonlySet<Doing> = new Set(['asleep', 'siesta', 'tv', 'resting', 'lying']);

/** Sees whether somebody is in, and reads heart and breath of who keeps still. */
export function fallRadar(post: Post): DeviceModel {
  const resident = residentOf(post) ?? '';
  const vitals = vitalsOf(post);
  const dayOf = homeDayOf(post);
  const calm: Values = { fall: false, 'fall-confirmed': false };
  return (day) => {
    const home = dayOf(day);
    const spans = (home?.occupied ?? []).map(({ from, to }) => ({
      from: from === day.from ? from - 1 : from,
      to,
    }));
    return post.stateful(
      day,
      { ...calm, occupancy: home !== undefined && isOccupied(home, day.from) },
      {
        changes: switched('occupancy', spans),
        also: (at) => {
          const doing = home && doingAt(home, resident, at);
          const isStill = doing !== undefined && stillDoings.has(doing);
          return { ...(isStill && heartAndBreath(vitals, doing, at)), rssi: post.radio.rssi(at) };
        },
      },
    );
  };
}

const heartAndBreath = (vitals: Vitals, doing: Doing | undefined, at: number): Values => ({
  'heart-rate': vitals.heartRate(doing ?? 'resting', at),
  'respiration-rate': vitals.respiration(doing ?? 'resting', at),
});
