import { describe, expect, it } from 'vitest';
import type { Alarm, AlarmTransition } from '#model/alarm.ts';
import { epochMs, position } from '#model/brand.ts';
import { flag } from '#model/reading.ts';
import { RuleEngine } from '#rules/engine/engine.ts';
import { usualSizes } from '#rules/engine/log-pieces.ts';
import {
  community,
  observation,
  rule,
  type Said,
  type Source,
  start,
  World,
} from '#tests/rules/community.ts';
import { fc } from '#tests/support/properties.ts';

const task = { title: 'look', to: 'grid-worker' };
const rules: readonly Source[] = [
  rule({ id: 'plain', when: 'value > 5', task }),
  rule({ id: 'held', when: 'value > 5', for: '20s', 'clear-for': '15s' }),
  rule({
    id: 'band',
    when: 'value > 7',
    clear: 'value < 3',
    levels: [{ when: 'value > 8', severity: 'critical' }],
  }),
  rule({ id: 'step', when: 'value - previous > 4', for: '5s' }),
  rule({ id: 'both', when: "value > 5 && last('humidity') > 5", 'clear-for': '10s' }),
  rule({ id: 'either', property: ['temperature', 'humidity'], when: 'value > 8', for: '10s', task }),
  rule({ id: 'press', property: 'sos', when: 'value == true', event: true, task }),
  rule({ id: 'silent', property: ['temperature', 'humidity'], 'silent-for': '60s' }),
  rule({ id: 'fresh', when: "value > 5 && age('humidity') < duration('30s')" }),
];
const stored = rules.map((source) => ({ id: String(source['id']), version: 1, source }));
const devices = [
  { id: 'd1', kind: 'environment' },
  { id: 'd2', kind: 'environment' },
];

const values = fc.oneof(
  fc.record({ temperature: fc.integer({ min: 0, max: 10 }) }),
  fc.record({ humidity: fc.integer({ min: 0, max: 10 }) }),
  fc.record({ temperature: fc.integer({ min: 0, max: 10 }), humidity: fc.integer({ min: 0, max: 10 }) }),
  fc.record({ sos: fc.boolean() }),
);

interface Arriving extends Said {
  readonly arrives: number;
}

/** Readings of one device at different times, each delayed by less than the lateness of five minutes. */
const stream = (
  device: string,
  flags: fc.Arbitrary<number> = fc.constant(0),
): fc.Arbitrary<readonly Arriving[]> =>
  fc
    .array(
      fc.record({
        gap: fc.integer({ min: 1, max: 40 }),
        delay: fc.constantFrom(0, 0, 0, 3, 45, 290),
        values,
        flags,
      }),
      {
        maxLength: 40,
      },
    )
    .map((steps) => {
      let at = 0;
      return steps.map(({ gap, delay, values: said, flags: marks }) => {
        at += gap;
        return { at, arrives: at + delay, values: said, device, flags: marks };
      });
    });

function play(readings: readonly Arriving[]): readonly AlarmTransition[] {
  const seen = new World(community(devices), rules);
  seen.pass(0);
  for (const { at, arrives, values: said, device = 'd1' } of readings)
    seen.say(at, { ...said }, { arrives, device });
  return seen.pass(10_000).transitions;
}

const nameOf = ({ rule: name, key }: Alarm): string => `${name} ${key}`;

interface Span {
  /** Rule and key. */
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly revised: boolean;
}

function spans(transitions: readonly AlarmTransition[]): readonly Span[] {
  const all = new Map<string, Span>();
  for (const transition of transitions) {
    if (transition.type === 'verify') continue;
    if (transition.type === 'raised') {
      const { id, startedAt, clearedAt } = transition.alarm;
      all.set(id, {
        name: nameOf(transition.alarm),
        from: startedAt,
        to: clearedAt ?? Number.POSITIVE_INFINITY,
        revised: false,
      });
      continue;
    }
    const span = all.get(transition.alarm);
    if (!span) throw new Error(`${transition.type} of an alarm that was never raised`);
    if (transition.type === 'cleared') {
      expect(span.to).toBe(Number.POSITIVE_INFINITY);
      all.set(transition.alarm, { ...span, to: transition.at });
    }
    if (transition.type === 'revised') all.set(transition.alarm, { ...span, revised: true });
  }
  return [...all.values()];
}

const meet = (a: Span, b: Span): boolean => a.name === b.name && a.from <= b.to && b.from <= a.to;
const text = (span: Span): string => `${span.name} ${(span.from - start) / 1000}…${(span.to - start) / 1000}`;

describe('disorder within the lateness', () => {
  it('misses no alarm of the orderly stream, and what is beyond it is revised', () => {
    fc.assert(
      fc.property(stream('d1'), (readings) => {
        const right = spans(play(readings.map((reading) => ({ ...reading, arrives: reading.at }))));
        const arrived = [...readings].sort((a, b) => a.arrives - b.arrives || a.at - b.at);
        const told = spans(play(arrived));
        const valid = told.filter((span) => !span.revised);
        expect(right.filter((span) => !valid.some((other) => meet(span, other))).map(text)).toEqual([]);
        expect(valid.filter((span) => !right.some((other) => meet(span, other))).map(text)).toEqual([]);
        const open = (all: readonly Span[]): readonly string[] =>
          all
            .filter(({ to }) => to === Number.POSITIVE_INFINITY)
            .map(({ name }) => name)
            .sort();
        expect(open(told)).toEqual(open(right));
      }),
      { numRuns: 300 },
    );
  });

  it('leaves no two alarms of one rule and key standing', () => {
    fc.assert(
      fc.property(stream('d1'), (readings) => {
        const seen = new World(community(devices), rules);
        for (const { at, arrives, values: said } of [...readings].sort((a, b) => a.arrives - b.arrives)) {
          seen.say(at, { ...said }, { arrives });
          const standing = spans(seen.transitions).filter(({ to }) => to === Number.POSITIVE_INFINITY);
          expect(new Set(standing.map(({ name }) => name)).size).toBe(standing.length);
        }
      }),
      { numRuns: 200 },
    );
  });
});

/** A third of it is what a gateway reports as retained state. */
const someState = fc.constantFrom(0, 0, flag.state);

type Op =
  | { readonly type: 'say'; readonly reading: Arriving }
  /** Gridbell was down until the next reading came. */
  | { readonly type: 'down' }
  | { readonly type: 'snapshot' };

const ops: fc.Arbitrary<readonly Op[]> = fc
  .tuple(
    stream('d1', someState),
    stream('d2', someState),
    fc.array(fc.nat(100), { maxLength: 8 }),
    fc.array(fc.nat(100), { maxLength: 2 }),
  )
  .map(([first, second, cuts, downs]) => {
    const said = [...first, ...second].sort((a, b) => a.arrives - b.arrives);
    const all: Op[] = said.map((reading) => ({ type: 'say', reading }));
    for (const down of downs) all.splice(down % (all.length + 1), 0, { type: 'down' });
    for (const cut of cuts) all.splice(cut % (all.length + 1), 0, { type: 'snapshot' });
    return all;
  });

describe('a crash', () => {
  it.each([
    ['in the texts of their devices', usualSizes],
    ['in pieces', { least: 3, length: 2 }],
  ])(
    'changes nothing: restored from a snapshot with readings %s, and played again, it says the same',
    (_where, pieceSizes) => {
      fc.assert(
        fc.property(ops, (all) => {
          const configuration = community(devices);
          const live = new Player(new RuleEngine({ configuration, pieceSizes }));
          live.engine.setRules(stored);
          const kept = new Map<string, string>();
          const said: AlarmTransition[][] = [];
          let cut = { index: -1, now: 0 };
          for (const [index, op] of all.entries()) {
            said.push(live.apply(op, index));
            if (op.type !== 'snapshot' || live.wasDown) continue;
            for (const [key, state] of live.engine.takeDirty()) {
              if (state === null) kept.delete(key);
              else kept.set(key, state);
            }
            cut = { index, now: live.now };
          }
          const again = new Player(new RuleEngine({ configuration, pieceSizes }));
          again.now = cut.now;
          again.engine.restore(cut.index < 0 ? [] : kept);
          again.engine.setRules(stored);
          const rest = all.slice(cut.index + 1);
          const replayed = rest.map((op, index) => again.apply(op, cut.index + 1 + index));
          expect(replayed).toEqual(said.slice(cut.index + 1));
          expect(again.engine.nextDue()).toEqual(live.engine.nextDue());
        }),
        { numRuns: 200 },
      );
    },
  );
});

/** Replays ops; between two calls time stands where the last reading left it. */
class Player {
  readonly engine: RuleEngine;
  now = 0;
  wasDown = false;

  constructor(engine: RuleEngine) {
    this.engine = engine;
  }

  apply(op: Op, index: number): AlarmTransition[] {
    if (op.type === 'down') this.wasDown = true;
    if (op.type !== 'say') return [];
    const record = position(index + 1);
    const { arrives } = op.reading;
    if (this.wasDown) this.engine.downtime(epochMs(start + this.now * 1000), epochMs(start + arrives * 1000));
    this.wasDown = false;
    this.now = arrives;
    return [
      ...this.engine.advance(epochMs(start + arrives * 1000), record),
      ...this.engine.observe(observation(op.reading, record)),
    ];
  }
}

describe('repeats', () => {
  it('change nothing', () => {
    fc.assert(
      fc.property(stream('d1'), (readings) => {
        const orderly = readings.map((reading) => ({ ...reading, arrives: reading.at }));
        const twice = orderly.flatMap((reading) => [reading, reading]);
        expect(spans(play(twice)).map(text)).toEqual(spans(play(orderly)).map(text));
      }),
      { numRuns: 100 },
    );
  });
});
