import type { Post } from '#device-sim/devices/post.ts';
import type { Change, DeviceModel } from '#device-sim/devices/report.ts';
import type { UnitPassage } from '#device-sim/people/unit-traffic.ts';

const secondMs = 1_000;
const floorMs = 2_600;
const startMs = 1_500;
const doorMs = 6_500;
/** From the house door to the lift and the other way. */
const walkMs = 14 * secondMs;
const parksAfterMs = 4 * 60 * secondMs;
/** Who would wait longer takes the stairs. */
const patienceMs = 100 * secondMs;

/** Carries everybody who passes the house door and does not live on the ground floor. */
export function lift(post: Post): DeviceModel {
  const { people } = post.scene;
  return (day) =>
    post.stateful(
      day,
      { floor: 1, 'lift-moving': false, 'door-open': false },
      {
        changes: ridesOf(people.unitDay(post.device.place, day).passages, day.to - 60 * secondMs),
        also: () => ({ 'lift-fault': false, power: true }),
      },
    );
}

function* ridesOf(passages: readonly UnitPassage[], until: number): Generator<Change> {
  let free = 0;
  let floor = 1;
  for (const passage of passages) {
    if (passage.floor < 2) continue;
    const isOut = passage.direction === 'out';
    const [from, to] = isOut ? [passage.floor, 1] : [1, passage.floor];
    const called = passage.at + (isOut ? -walkMs - startMs - (passage.floor - 1) * floorMs - doorMs : walkMs);
    if (free - called > patienceMs || called > until - 7 * 60 * secondMs) continue;
    if (floor !== 1 && called - free > parksAfterMs + floorMs * floor) {
      yield* parking(free, floor);
      floor = 1;
    }
    let at = Math.max(called, free + startMs);
    for (const goal of [from, to]) {
      if (goal !== floor) {
        yield { at, values: { 'lift-moving': true, 'door-open': false } };
        at += startMs + Math.abs(goal - floor) * floorMs;
        floor = goal;
      }
      yield { at, values: { 'lift-moving': false, floor, 'door-open': true } };
      at += doorMs;
    }
    yield { at, values: { 'door-open': false } };
    free = at;
  }
  if (floor !== 1) yield* parking(free, floor);
}

/** Nobody called: it waits where the next one will come in. */
function* parking(free: number, floor: number): Generator<Change> {
  const at = free + parksAfterMs;
  yield { at, values: { 'lift-moving': true } };
  yield { at: at + startMs + (floor - 1) * floorMs, values: { 'lift-moving': false, floor: 1 } };
}
