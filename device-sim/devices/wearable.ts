import { rowOf } from '#device-sim/chance/chance.ts';
import { homeDayOf, residentOf, vitalsOf } from '#device-sim/devices/home-sensors.ts';
import type { Post } from '#device-sim/devices/post.ts';
import type { DeviceModel, Values } from '#device-sim/devices/report.ts';
import { type Act, actAt } from '#device-sim/people/act.ts';
import { driftOf, rounded } from '#device-sim/signals/drift.ts';
import { stepsPerMinute } from '#device-sim/signals/vitals.ts';
import type { SimDay } from '#device-sim/time/calendar.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** The invented community lies here. */
const centre = { latitude: 31.2304, longitude: 121.4737 };
const degreesPerMetre = 1 / 111_320;
/** Walks lead so far away at most. */
const walkMetres = 450;
/** Charged at the table in the evening. */
const chargeHours = 0.75;
const usedInADay = 58;

/** A watch on the wrist: heart, breath, oxygen, temperature, steps; where it is, when its person is out. */
export function wearable(post: Post): DeviceModel {
  const { calendar } = post.scene;
  const resident = residentOf(post) ?? '';
  const vitals = vitalsOf(post);
  const dayOf = homeDayOf(post);
  const row = rowOf('watch', post.name);
  const chargesAt = 18.6 + 1.6 * row(0);
  const north = driftOf(`north ${post.name}`, 17 * minuteMs);
  const east = driftOf(`east ${post.name}`, 19 * minuteMs);
  const stepsOf = stepCounter(post, resident);
  const place = (at: number): Values => ({
    latitude: rounded(centre.latitude + walkMetres * north(at) * degreesPerMetre, 1e-6),
    longitude: rounded(centre.longitude + walkMetres * east(at) * degreesPerMetre * 1.17, 1e-6),
    'location-accuracy': rounded(6 + 14 * row(at), 1),
  });
  return (day) => {
    const acts = dayOf(day)?.acts.get(resident) ?? [];
    const steps = stepsOf(day, acts);
    return post.reports(day, (at) => {
      const hour = calendar.hourOf(at);
      const sinceCharge = (hour - chargesAt + 24) % 24;
      const isCharging = sinceCharge < chargeHours;
      const battery = isCharging
        ? 100 - usedInADay * (1 - sinceCharge / chargeHours)
        : 100 - (usedInADay * (sinceCharge - chargeHours)) / (24 - chargeHours);
      const own = { steps: steps(at), battery: rounded(battery, 1), rssi: post.radio.rssi(at) };
      const doing = actAt(acts, at)?.doing;
      if (doing === undefined || (isCharging && doing !== 'out' && doing !== 'lying'))
        return { worn: false, ...own };
      const isMorning = hour >= 8 && hour < 8 + post.everyMs / hourMs;
      const [systolic, diastolic] = vitals.bloodPressure(at);
      return {
        worn: true,
        'heart-rate': vitals.heartRate(doing, at),
        spo2: vitals.spo2(at),
        'respiration-rate': vitals.respiration(doing, at),
        'body-temperature': vitals.temperature(at),
        ...(isMorning && { 'blood-pressure-systolic': systolic, 'blood-pressure-diastolic': diastolic }),
        ...(doing === 'out' && place(at)),
        ...own,
      };
    });
  };
}

/** Steps since local midnight, which lies in the middle of a day that begins at 04:00. */
function stepCounter(post: Post, resident: string) {
  const { calendar } = post.scene;
  const dayOf = homeDayOf(post);
  const midnightOf = (day: SimDay): number => calendar.at(day.number + 1, 0);
  return (day: SimDay, acts: readonly Act[]): ((at: number) => number) => {
    const before = calendar.day(day.number - 1);
    const actsBefore = dayOf(before)?.acts.get(resident) ?? [];
    const carried = stepsBetween(actsBefore, midnightOf(before), before.to);
    const midnight = midnightOf(day);
    return (at) =>
      Math.floor(
        at < midnight ? carried + stepsBetween(acts, day.from, at) : stepsBetween(acts, midnight, at),
      );
  };
}

function stepsBetween(acts: readonly Act[], from: number, to: number): number {
  let steps = 0;
  for (const act of acts) {
    if (act.from >= to) break;
    const span = Math.min(act.to, to) - Math.max(act.from, from);
    if (span > 0) steps += (span / minuteMs) * stepsPerMinute(act.doing);
  }
  return steps;
}
