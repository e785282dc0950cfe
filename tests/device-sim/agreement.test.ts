import { describe, expect, it } from 'vitest';
import { Fleet } from '#device-sim/fleet/fleet.ts';
import { type Act, actAt, isInBed } from '#device-sim/people/act.ts';
import { isOccupied } from '#device-sim/people/home.ts';
import { People } from '#device-sim/people/people.ts';
import { motionHoldMs } from '#device-sim/people/traces.ts';
import { openingsOf } from '#device-sim/people/unit-traffic.ts';
import { Calendar } from '#device-sim/time/calendar.ts';
import { newWorld } from '#device-sim/world.ts';
import { monday, oneHome } from '#tests/device-sim/support/communities.ts';
import { type Told, toldBy } from '#tests/device-sim/support/told.ts';
import { fc } from '#tests/support/properties.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;
const seeds = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  after: fc.integer({ min: 0, max: 300 }),
});
const runs = { numRuns: 12 };

/** A day of one person's home as its sensors tell it, and as it was planned. */
function dayOf({ seed, after }: { seed: number; after: number }) {
  const calendar = new Calendar('Asia/Shanghai');
  const start = monday + after * dayMs;
  const day = calendar.day(calendar.dayAt(start).number + 1);
  const people = new People({ seed, fleet: new Fleet(oneHome), calendar, start });
  const home = people.home('b1-0502');
  if (!home) throw new Error('the home is gone');
  const plan = people.homeDay(home, day);
  const acts = plan.acts.get('r-1') ?? [];
  const told = toldBy(newWorld({ community: oneHome, seed, start: day.from }), day);
  const { openings } = people.unitDay('b1-u1', day);
  return { day, plan, openings, acts, told };
}

const of = (told: readonly Told[], device: string, property: string) =>
  told.filter((one) => one.device === device && property in one.values);

const inBedAt = (acts: readonly Act[], at: number): boolean => isInBed(actAt(acts, at)?.doing ?? 'out');

describe('the sensors of a home', () => {
  it('say nothing of motion, water, bed and radar while nobody is in', () => {
    fc.assert(
      fc.property(seeds, (world) => {
        const { plan, told } = dayOf(world);
        const isOut = (at: number) => !isOccupied(plan, at) && !isOccupied(plan, at - 2 * motionHoldMs);
        const signs = told.filter(
          ({ ts, values }) =>
            isOut(ts) &&
            (values['motion'] === true ||
              values['bed-occupied'] === true ||
              values['occupancy'] === true ||
              Number(values['water-flow'] ?? 0) > 0),
        );
        expect(signs).toEqual([]);
      }),
      runs,
    );
  });

  it('are in bed with a slow heart and without motion while somebody sleeps', () => {
    fc.assert(
      fc.property(seeds, (world) => {
        const { acts, told } = dayOf(world);
        const bed = of(told, 'bed', 'bed-occupied');
        expect(bed.filter(({ ts, values }) => values['bed-occupied'] !== inBedAt(acts, ts))).toEqual([]);
        const asleep = told.filter(({ ts }) => inBedAt(acts, ts) && inBedAt(acts, ts - 2 * motionHoldMs));
        expect(asleep.some(({ values }) => values['motion'] === true)).toBe(false);
        const hearts = (doing: string) =>
          of(told, 'watch', 'heart-rate')
            .filter(({ ts }) => actAt(acts, ts)?.doing === doing)
            .map(({ values }) => Number(values['heart-rate']));
        if (hearts('out').length > 2) expect(mean(hearts('asleep'))).toBeLessThan(mean(hearts('out')) - 10);
      }),
      runs,
    );
  });

  it('see every walk: the door of the flat, the door of the house, the card on the way in', () => {
    fc.assert(
      fc.property(seeds, (world) => {
        const { plan, openings, told } = dayOf(world);
        const opened = (device: string) =>
          of(told, device, 'door-open').filter(({ values }) => values['door-open'] === true);
        const isNear = (list: readonly Told[], at: number, ms: number) =>
          list.some(({ ts }) => Math.abs(ts - at) <= ms);
        const granted = of(told, 'reader', 'access-result').filter(
          ({ values }) => values['access-result'] === 'granted',
        );
        for (const { at } of plan.passages) {
          expect(isNear(opened('flat-door'), at, 15_000)).toBe(true);
          expect(isNear(opened('unit-door'), at, 3 * minuteMs)).toBe(true);
        }
        // Whom the door is opened for holds a card to it; who follows does not.
        for (const { from, passages } of openings) {
          const [first] = passages;
          const isHeld = first?.direction === 'in' && first.who !== 'visitor';
          expect(isNear(granted, from - 1_200, 10)).toBe(isHeld);
        }
      }),
      runs,
    );
  });

  it('count every flush, and as much water as flowed; the reading never falls', () => {
    fc.assert(
      fc.property(seeds, (world) => {
        const { acts, told } = dayOf(world);
        const meter = told
          .filter(({ device }) => device === 'meter')
          .toSorted((one, other) => one.ts - other.ts);
        const flushes = meter.filter(
          ({ values }, index) =>
            values['toilet-flush'] === true && meter[index - 1]?.values['toilet-flush'] !== true,
        );
        expect(flushes).toHaveLength(acts.filter(({ doing }) => doing === 'toilet').length);
        let litres = 0;
        let falls = 0;
        for (const [index, { ts, values }] of meter.entries()) {
          const before = meter[index - 1];
          if (before === undefined) continue;
          litres += ((ts - before.ts) / minuteMs) * Number(before.values['water-flow']);
          if (Number(values['water-volume']) < Number(before.values['water-volume'])) falls += 1;
        }
        expect(falls).toBe(0);
        const [first, last] = [meter.at(0), meter.at(-1)];
        const counted =
          1_000 * (Number(last?.values['water-volume']) - Number(first?.values['water-volume']));
        expect(Math.abs(counted - litres)).toBeLessThan(8);
        expect(litres).toBeGreaterThan(40);
      }),
      runs,
    );
  });

  it('show a healthy person: no value near a limit of NEWS2, steps that only fall at midnight', () => {
    fc.assert(
      fc.property(seeds, (world) => {
        const { told } = dayOf(world);
        const limits = {
          'heart-rate': [42, 110],
          spo2: [95, 100],
          'respiration-rate': [10, 20],
          'body-temperature': [35.6, 37.6],
        } as const;
        const strange = told.filter(({ values }) =>
          Object.entries(limits).some(
            ([property, [low, high]]) =>
              property in values && !(Number(values[property]) > low && Number(values[property]) < high),
          ),
        );
        expect(strange).toEqual([]);
        const steps = of(told, 'watch', 'steps').toSorted((one, other) => one.ts - other.ts);
        const falls = steps.filter(
          ({ values }, index) => Number(values['steps']) < Number(steps[index - 1]?.values['steps'] ?? 0),
        );
        expect(falls.length).toBeLessThanOrEqual(1);
        for (const { ts } of falls) expect(new Date(ts).toISOString()).toMatch(/T16:0/);
      }),
      runs,
    );
  });
});

describe('the door of a unit', () => {
  it('is never open for longer than 45 s, whoever comes and goes', () => {
    fc.assert(
      fc.property(seeds, (world) => {
        const doors = of(dayOf(world).told, 'unit-door', 'door-open').toSorted(
          (one, other) => one.ts - other.ts,
        );
        let since: number | undefined;
        let longest = 0;
        for (const { ts, values } of doors) {
          if (values['door-open'] === true) since ??= ts;
          else {
            longest = Math.max(longest, ts - (since ?? ts));
            since = undefined;
          }
        }
        expect(longest).toBeLessThan(45_000);
        expect(since).toBeUndefined();
        expect(doors.length).toBeGreaterThan(60);
      }),
      runs,
    );
  });

  it('stays so when a whole house comes home at once', () => {
    const crowd = fc.array(fc.integer({ min: 0, max: 600_000 }), { minLength: 50, maxLength: 200 });
    fc.assert(
      fc.property(crowd, (times) => {
        const passages = times
          .toSorted((one, other) => one - other)
          .map((at) => ({ at: monday + at, direction: 'in', who: 'somebody', floor: 3 }) as const);
        const openings = [...openingsOf(passages)];
        expect(openings.flatMap((one) => one.passages)).toEqual(passages);
        expect(openings.filter(({ from, to }) => to - from > 40_000 || to <= from)).toEqual([]);
        const shut = openings.slice(1).map(({ from }, index) => from - (openings[index]?.to ?? from));
        expect(Math.min(...shut)).toBeGreaterThanOrEqual(1_500);
      }),
    );
  });
});

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
