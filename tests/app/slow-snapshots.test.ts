import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { usualPace } from '#app/engine/snapshots.ts';
import type { InboxRecord } from '#model/record.ts';
import { change, GatewayEngine, put, says, setup, tick } from '#tests/app/support/gateway-engine.ts';
import { fc } from '#tests/support/properties.ts';

/** A snapshot after each commit if none is being written; each slice of it writes one row, or takes away what one supersedes. */
const slow = { ...usualPace, everyMs: 0, rest: 0, sliceMs: 0, lateSliceMs: 0, cleanedAtOnce: 1 };
/** None but those that must be. */
const none = { ...usualPace, everyMs: Number.POSITIVE_INFINITY };

const names = ['s1', 's2', 'm1', 'c1'] as const;
const kinds = { s1: 'smoke', s2: 'smoke', m1: 'motion', c1: 'contact' };
const thermometers = { severity: 'major', property: 'temperature', category: 'facilities' } as const;
const community = [
  setup,
  change(1, [
    ...names.map((name, index) =>
      put('device', name, {
        kind: kinds[name],
        gateway: 'z1',
        address: name,
        place: index % 2 ? 'b1' : 'b2',
      }),
    ),
    put('rule', 'hot', {
      id: 'hot',
      ...thermometers,
      when: 'value > 40',
      for: '30s',
      key: 'building',
      task: { title: { en: 'hot' }, to: 'grid-worker' },
    }),
    put('rule', 'several', { id: 'several', ...thermometers, when: "count(value > 20, '5m') > 2" }),
  ]),
];

const drill = put('mode', 'b1.drill', { target: 'b1', mode: 'drill' });
const noDrill = { op: 'delete', resource: 'mode', id: 'b1.drill' };

type Op =
  | { readonly does: 'say'; readonly name: string; readonly values: object; readonly after: number }
  | { readonly does: 'tick'; readonly after: number }
  | { readonly does: 'drill'; readonly on: boolean }
  | { readonly does: 'write'; readonly slices: number }
  | { readonly does: 'crash' };

const ops: fc.Arbitrary<readonly Op[]> = fc.array(
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        does: fc.constant('say' as const),
        name: fc.constantFrom(...names, ...names, 'new'),
        values: fc.oneof(
          fc.record({ smoke: fc.boolean() }),
          fc.record({ temperature: fc.constantFrom(10, 30, 50) }),
          fc.record({ occupancy: fc.boolean(), battery: fc.constantFrom(3, 80) }),
        ),
        after: fc.constantFrom(1, 1, 20, 400),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ does: fc.constant('tick' as const), after: fc.constantFrom(5, 60) }),
    },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('drill' as const), on: fc.boolean() }) },
    {
      weight: 14,
      arbitrary: fc.record({ does: fc.constant('write' as const), slices: fc.constantFrom(1, 3, 8, 40) }),
    },
    { weight: 2, arbitrary: fc.constant({ does: 'crash' as const }) },
  ),
  { minLength: 10, maxLength: 30 },
);

/** The records of all that is done, and how many of them there are after each. */
function recordsOf(all: readonly Op[]) {
  let seconds = 10;
  const records = [...community];
  const counts = all.map((op) => {
    seconds += 'after' in op ? op.after : 1;
    if (op.does === 'say') records.push(says(op.name, seconds, op.values));
    if (op.does === 'tick') records.push(tick(seconds));
    if (op.does === 'drill') records.push(change(seconds, [op.on ? drill : noDrill]));
    return records.length;
  });
  return { counts, records };
}

/** A run of the holder's observations. */
type Run = readonly [first: number, count: number];
interface WatchText {
  readonly entries: readonly Run[];
  readonly base: object;
  readonly states?: readonly (readonly [index: number, state: object])[];
}
interface HolderText {
  readonly observations?: readonly unknown[];
  readonly watches?: Readonly<Record<string, WatchText>>;
}

/** What the rows say, in whatever order it is written, and whether a state is written once more or not. */
const memory = (engine: GatewayEngine) =>
  ['engine', 'ingest', 'rules'].map((component) =>
    [...engine.writer.memory.of(component)].map(([key, text]) => [key, meaningOf(JSON.parse(text))]),
  );
function meaningOf(state: HolderText) {
  const { observations = [], watches } = state;
  if (!watches) return state;
  const read = Object.entries(watches).map(([id, { base, entries, states = [], ...watch }]) => [
    id,
    {
      ...watch,
      base,
      entries: entries.flatMap(([first, count]) => observations.slice(first, first + count)),
      states: states.filter(([, one], index) => !isDeepStrictEqual(one, states[index - 1]?.[1] ?? base)),
    },
  ]);
  return { ...state, observations: [], watches: Object.fromEntries(read) };
}
const said = ({ alarms, quarantine, tasks }: GatewayEngine) => ({ alarms, quarantine, tasks });

/** What an engine that is never broken off says in the end, and its memory after so many records. */
async function untroubled(records: readonly InboxRecord[]) {
  using engine = await GatewayEngine.open([], 'system', none);
  const [memories, latest]: [unknown[], unknown[]] = [[], []];
  for (const record of records) {
    engine.take(record).save();
    memories.push(memory(engine));
    latest.push(engine.latest(names));
  }
  return { memories, latest, said: said(engine) };
}

describe('a snapshot that is written slice by slice', () => {
  it('is the memory of the moment when it was begun, wherever it is broken off', async () => {
    const tried = { snapshots: 0, broken: 0 };
    await fc.assert(
      fc.asyncProperty(ops, async (all) => {
        const { counts, records } = recordsOf(all);
        const right = await untroubled(records);
        using engine = await GatewayEngine.open(community, 'system', slow);
        for (const [index, op] of all.entries()) {
          engine.take(...records.slice(engine.records.length, counts[index]));
          const { snapshot } = engine;
          if (op.does === 'write') engine.slices(op.slices);
          tried.snapshots += Number(engine.snapshot > snapshot);
          if (op.does !== 'crash') continue;
          const [before, heard] = [engine.snapshot, engine.records.length];
          tried.broken += Number(before < heard);
          engine.crash();
          expect(memory(engine)).toEqual(right.memories[before - 1]);
          expect(engine.latest(names)).toEqual(right.latest[heard - 1]);
        }
        expect(said(engine)).toEqual(right.said);
      }),
      { numRuns: 60 },
    );
    expect(tried.snapshots).toBeGreaterThan(20);
    expect(tried.broken).toBeGreaterThan(10);
  });
});
