import { describe, expect, it } from 'vitest';
import { FlightLog } from '#device-sim/load/flight-log.ts';
import { fc } from '#tests/support/properties.ts';

/** Messages that are sent, acknowledged in any order, and some never. */
const steps = fc.array(fc.oneof(fc.constant('send' as const), fc.nat({ max: 1_000 })), { maxLength: 400 });

describe('a flight log', () => {
  it('knows the times of each message under way, however many these are', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 65_534 }), (taken, start) => {
        const log = new FlightLog();
        const model = new Map<number, number>();
        let id = start;
        for (const [now, step] of taken.entries()) {
          if (step === 'send') {
            id = (id % 0xffff) + 1;
            log.put(id, now, now + 0.5);
            model.set(id, now);
            continue;
          }
          const one = [...model.keys()][step % Math.max(1, model.size)];
          if (one === undefined) continue;
          expect({ ...log.take(one) }).toEqual({
            dueMs: model.get(one),
            sentMs: (model.get(one) ?? 0) + 0.5,
          });
          model.delete(one);
        }
      }),
    );
  });

  it('does not know what was not put in, was taken, or was cleared', () => {
    const log = new FlightLog();
    const unknown = { dueMs: Number.NaN, sentMs: Number.NaN };
    log.put(1, 5, 6);
    expect({ ...log.take(17) }).toEqual(unknown);
    expect({ ...log.take(1) }).toEqual({ dueMs: 5, sentMs: 6 });
    expect({ ...log.take(1) }).toEqual(unknown);
    log.put(2, 5, 6);
    log.clear();
    expect({ ...log.take(2) }).toEqual(unknown);
  });
});
