import { describe, expect, test } from 'vitest';
import type { Ingested } from '#ingest/ingested.ts';
import { propertyCatalogue } from '#model/catalogue.ts';
import { quarantineReasons } from '#model/quarantine.ts';
import { configurationWith, device, ingestWith, take } from '#tests/ingest/workbench.ts';
import { fc } from '#tests/support/properties.ts';

/** What must hold for whatever comes in. */
function check(result: Ingested): void {
  const { observations, quarantined, presence, repeats, replies } = result;
  expect(
    observations.length + quarantined.length + presence.length + repeats + replies.length,
  ).toBeGreaterThan(0);
  let before = Number.NEGATIVE_INFINITY;
  for (const { at, values } of observations) {
    expect(Number.isSafeInteger(at) && at > before).toBe(true);
    before = at;
    expect(values.size).toBeGreaterThan(0);
    for (const [property, value] of values) {
      expect(property).toMatch(/^[^\s\p{Lu}_]{1,64}$/u);
      if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
      if (typeof value === 'string') expect(propertyCatalogue.get(property)?.type).toBe('text');
    }
  }
  for (const { reason, detail } of quarantined) {
    expect(quarantineReasons).toContain(reason);
    expect(detail).not.toBe('');
    expect(detail).not.toContain('fault of Gridbell');
  }
}

const key = fc.oneof(
  fc.constantFrom(...propertyCatalogue.keys()),
  fc.constantFrom(
    'ts',
    'values',
    'n',
    'bn',
    'bt',
    'bv',
    'bs',
    'bu',
    'bver',
    'u',
    'v',
    'vs',
    'vb',
    'vd',
    's',
    't',
    'x_',
  ),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', ''),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
);
const scalar = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(2 ** 28, 1_767_240_000, 1_767_240_000_000, 1e300, -1, 0, null, true, false),
  fc.string({ unit: 'binary', maxLength: 300 }),
);
const { telemetry } = fc.letrec((tie) => ({
  telemetry: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalar, tie('object'), tie('array')),
  object: fc.dictionary(key, tie('telemetry'), { maxKeys: 6, noNullPrototype: true }),
  array: fc.array(tie('telemetry'), { maxLength: 5 }),
}));
const record = fc.dictionary(key, scalar, { maxKeys: 8 });

describe.each([
  ['a device', configurationWith(), `gridbell/c-1/${device}/telemetry`],
  ['a SenML gateway', configurationWith('gateway', 'senml'), 'plant/1'],
])('whatever comes from %s becomes readings or is kept with a reason', (_, configuration, topic) => {
  test.each(['system', 'data'] as const)('JSON like telemetry, on the %s clock', (clock) => {
    const ingest = ingestWith({ configuration, clock });
    fc.assert(
      fc.property(fc.oneof(telemetry, fc.array(record, { maxLength: 5 })), (json) => {
        check(take(ingest, json, { topic }));
      }),
      { numRuns: 3_000 },
    );
  });

  test('any bytes', () => {
    const ingest = ingestWith({ configuration });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => check(take(ingest, bytes, { topic }))),
      { numRuns: 1_500 },
    );
  });

  test('JSON with a byte changed', () => {
    const ingest = ingestWith({ configuration });
    fc.assert(
      fc.property(telemetry, fc.nat(), fc.nat({ max: 255 }), (json, place, byte) => {
        const bytes = Buffer.from(JSON.stringify(json) ?? 'null');
        bytes[place % bytes.length] = byte;
        check(take(ingest, bytes, { topic }));
      }),
      { numRuns: 1_500 },
    );
  });

  test.each([
    ['nested arrays', '['.repeat(30_000) + ']'.repeat(30_000)],
    [
      'nested objects in a value',
      `{"temperature":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)},"smoke":true}`,
    ],
    [
      'thousands of unknown names',
      JSON.stringify(Object.fromEntries(Array.from({ length: 4_000 }, (__, i) => [`k${i}`, i]))),
    ],
    ['thousands of entries', `[${'5,'.repeat(20_000)}5]`],
    ['thousands of moments', JSON.stringify(Array.from({ length: 3_000 }, (__, i) => ({ ts: i, co: 1 })))],
    ['an endless number', `{"co":${'9'.repeat(40_000)}}`],
    ['nothing but quotes', '"'.repeat(60_000)],
    ['NaN in a broken message', '{"a":NaN,"b":'],
  ])('%s', (__, text) => {
    const result = take(ingestWith({ configuration }), Buffer.from(text), { topic });
    check(result);
    expect(result.quarantined.length).toBeLessThan(140);
  });
});

test('a device cannot fill the memory with names that it invents', () => {
  const ingest = ingestWith();
  let kept = 0;
  for (let index = 0; index < 400; index += 1)
    kept += take(ingest, { [`invented-${index}`]: index }).observations.length;
  expect(kept).toBe(256);
  expect(take(ingest, { 'invented-0': 1, smoke: true }).observations[0]?.values.size).toBe(2);
});

test('a quarantined value is the same value when it is replayed', () => {
  const ingest = ingestWith();
  fc.assert(
    fc.property(fc.dictionary(key, scalar, { maxKeys: 6 }), (json) => {
      for (const held of take(ingest, json).quarantined) {
        const again = ingest.replay(held, held.position, held.receivedAt);
        // A secret is gone, and a name that means nothing is kept as it was: nothing else may change.
        const same = again.quarantined.map(({ reason, payload }) => [
          reason,
          Buffer.from(payload).toString(),
        ]);
        const wanted = [held.reason, Buffer.from(held.payload).toString()];
        if (again.quarantined[0]?.reason !== 'empty') expect(same).toEqual([wanted]);
      }
    }),
    { numRuns: 1_000 },
  );
});
