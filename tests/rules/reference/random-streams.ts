import { flag, type Value } from '#model/reading.ts';
import { numbers } from '#tests/rules/reference/random-conditions.ts';
import type { Message } from '#tests/rules/reference/readings.ts';
import type { Say, Step } from '#tests/rules/reference/step.ts';
import { devices } from '#tests/rules/reference/village.ts';
import { fc } from '#tests/support/properties.ts';

const often = <T>(usual: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });

/** What a message says: one or two properties, at times with whose card it was. */
const values: fc.Arbitrary<Record<string, Value>> = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: fc.record({ voltage: numbers }) },
      { weight: 2, arbitrary: fc.record({ 'battery-voltage': numbers }) },
      { weight: 2, arbitrary: fc.record({ voltage: numbers, 'battery-voltage': numbers }) },
      { weight: 3, arbitrary: fc.record({ motion: fc.boolean() }) },
      { weight: 1, arbitrary: fc.record({ 'door-open': fc.boolean() }) },
      {
        weight: 1,
        arbitrary: fc.record({ motion: fc.boolean(), 'door-open': fc.boolean(), voltage: numbers }),
      },
    ) as fc.Arbitrary<Record<string, Value>>,
    fc.constantFrom(null, null, 'a', 'b'),
  )
  .map(([said, credential]) => (credential === null ? said : { ...said, credential }));

const says = fc.record({
  does: fc.constant('say' as const),
  device: fc.constantFrom(...devices.map(({ id }) => id), 'd1', 'd1', 'd2'),
  values,
  delay: fc.constantFrom(0, 0, 0, 0, 1, 2, 10, 20),
  repeat: fc.constantFrom(null, null, 0, 1, 10, 20),
  isMistaken: fc.constantFrom(false, false, true),
  marks: fc.constantFrom(0, 0, 0, 0, flag.state, flag.receivedLate),
});

const steps = fc.record({
  /** Whole units to the step before. */
  gap: fc.constantFrom(0, 0, 1, 1, 1, 2, 3, 5, 10, 24, 24),
  /** At times a hair beside the whole units. */
  offMs: often(0, fc.constantFrom(1, -1, 500)),
  what: fc.oneof(
    { weight: 10, arbitrary: says },
    {
      weight: 2,
      arbitrary: fc.record({
        does: fc.constant('mode' as const),
        target: fc.constantFrom('g1', 'b1', 'r11', 'p1', 'c1'),
        mode: fc.constantFrom('away', 'maintenance'),
        isOn: fc.constantFrom(true, true, false),
        until: fc.constantFrom(null, 1, 2, 5, 10),
      }),
    },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('pass' as const) }) },
  ),
});

/** 2026-01-01T12:00 in Shanghai, a Thursday. */
export const start = Date.parse('2026-01-01T12:00:00+08:00');

interface PlannedSay extends Say {
  /** So much later the message arrives in a disorderly stream, ms. */
  readonly delayMs: number;
  /** So much later it arrives once more; null: once only. */
  readonly repeatMs: number | null;
  /** What arrives of that moment first, and is corrected by the message; null: nothing. */
  readonly mistaken: Message['values'] | null;
  /** Its flags, where those count. */
  readonly marks: number;
}
/** A step of an orderly stream, with what a disorderly one makes of it. */
export type Planned = PlannedSay | Exclude<Step, Say>;

/** An orderly stream: times never fall, and a device has one message for one moment. */
export const streams = (unitMs: number): fc.Arbitrary<readonly Planned[]> =>
  fc.array(steps, { minLength: 1, maxLength: 45 }).map((all) => {
    let at = start;
    const spoken = new Map<string, number>();
    const planned: Planned[] = [{ does: 'pass', at }];
    for (const { gap, offMs, what } of all) {
      if (gap > 0) at += gap * unitMs + offMs;
      if (what.does === 'say') {
        if (spoken.get(what.device) === at) at += unitMs;
        spoken.set(what.device, at);
      }
      // What was said in the moment of a mode, but before it, is not told from what was said after it.
      if (what.does === 'mode' && [...spoken.values()].includes(at)) at += unitMs;
      planned.push(placed(what, at, unitMs));
    }
    planned.push({ does: 'pass', at: at + 80 * unitMs });
    return planned;
  });

type Drawn = typeof steps extends fc.Arbitrary<infer Made extends { what: unknown }> ? Made['what'] : never;

function placed(what: Drawn, at: number, unitMs: number): Planned {
  switch (what.does) {
    case 'pass':
      return { ...what, at };
    case 'mode':
      return { ...what, at, until: what.until && at + what.until * unitMs };
    case 'say': {
      const { delay, repeat, isMistaken, ...said } = what;
      return {
        ...said,
        at,
        arrives: at,
        delayMs: delay * unitMs,
        repeatMs: repeat === null ? null : repeat * unitMs,
        mistaken: isMistaken && delay > 0 ? mistakenOf(said.values) : null,
      };
    }
  }
}

/** The same properties with other values. */
const mistakenOf = (said: Message['values']): Message['values'] =>
  Object.fromEntries(
    Object.entries(said).map(([property, value]) => {
      if (typeof value === 'number') return [property, value + 1];
      return [property, typeof value === 'boolean' ? !value : value];
    }),
  );
