import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dialects } from '#ingest/dialects/registry.ts';
import type { Ingested } from '#ingest/ingested.ts';
import { propertyCatalogue } from '#model/catalogue.ts';
import { quarantineReasons } from '#model/quarantine.ts';
import { gatewayIngest, take } from '#tests/ingest/workbench.ts';
import { fc } from '#tests/support/properties.ts';

/** Messages of a dialect as its golden cases have them, mutated: cut short, other types, deep, huge, with prototype keys. */
interface Sample {
  readonly topic: string;
  readonly payload: unknown;
  /** It is this text as it stands, such as XML: no JSON. */
  readonly isText: boolean;
}

const bytesOf = ({ isText, payload }: Sample): Buffer =>
  Buffer.from(isText ? String(payload) : (JSON.stringify(payload) ?? 'null'));

const root = new URL('../cases/', import.meta.url).pathname;
const runs = 4_000;

function samplesOf(id: string): Sample[] {
  return readdirSync(join(root, id)).flatMap((sentence) => {
    type Given = Omit<Sample, 'isText'> & { readonly text?: string };
    const given = JSON.parse(readFileSync(join(root, id, sentence, 'message.json'), 'utf8')) as Given & {
      readonly messages?: readonly Given[];
    };
    return (given.messages ?? [given]).map(({ payload, text, topic }) => ({
      topic,
      payload: payload ?? text,
      isText: payload === undefined && text !== undefined,
    }));
  });
}

/** Never all empty: what came is a reading, presence, in quarantine, known already, or understood to say nothing. */
function check(result: Ingested): void {
  const { isPassed, observations, presence, quarantined, repeats } = result;
  const outcomes = observations.length + quarantined.length + presence.length + repeats + Number(isPassed);
  expect(outcomes).toBeGreaterThan(0);
  for (const { at, values } of observations) {
    expect(Number.isSafeInteger(at)).toBe(true);
    expect(values.size).toBeGreaterThan(0);
    for (const [property, value] of values) {
      expect(property).toMatch(/^[^\s\p{Lu}_]{1,64}$/u);
      if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
      if (typeof value === 'string') expect(propertyCatalogue.get(property)?.type).toBe('text');
    }
  }
  for (const { detail, reason } of quarantined) {
    expect(quarantineReasons).toContain(reason);
    expect(detail).not.toContain('fault of Gridbell');
  }
}

/** "A billion laughs": each of them is ten of the one before. */
const entities = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "ha">${Array.from(
  { length: 10 },
  (_, i) => `<!ENTITY a${i + 1} "${`&a${i};`.repeat(10)}">`,
).join('')}]><a><eventType>&a10;</eventType></a>`;

const odd = fc.oneof(
  fc.constantFrom(
    null,
    true,
    false,
    0,
    -1,
    1e300,
    2 ** 53,
    '',
    'ON',
    'true',
    '97',
    ' 12,5',
    '\u0000',
    [],
    {},
  ),
  fc.double(),
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.jsonValue({ maxDepth: 4 }),
);
const oddKey = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', '', 'ts', 'values'),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
);

/** One place of the value, wherever it lies, is another. */
function changed(value: unknown, place: number, by: unknown, key: string): unknown {
  if (Array.isArray(value) && value.length > 0) {
    const index = place % value.length;
    return value.map((each: unknown, at) => (at === index ? changed(each, place >> 2, by, key) : each));
  }
  if (typeof value !== 'object' || value === null || place % 5 === 4) return by;
  const entries = Object.entries(value);
  if (entries.length === 0 || place % 5 === 3) return Object.fromEntries([...entries, [key, by]]);
  const index = place % entries.length;
  return Object.fromEntries(
    entries.map(([name, each], at) => [name, at === index ? changed(each, place >> 2, by, key) : each]),
  );
}

for (const [id, { topics }] of dialects) {
  // What a mapping reads is fuzzed together with the mapping (mapping-fuzz.test.ts).
  if (topics === 'any' || id === 'custom') continue;
  const filter = topics.usual;
  const sample = fc.constantFrom(...samplesOf(id));
  describe(`${id}, whatever comes`, () => {
    test('one value is another', () => {
      const ingest = gatewayIngest(id, filter);
      fc.assert(
        fc.property(sample, fc.nat(), odd, oddKey, ({ payload, topic }, place, by, key) => {
          check(take(ingest, Buffer.from(JSON.stringify(changed(payload, place, by, key)) ?? ''), { topic }));
        }),
        { numRuns: runs },
      );
    });

    test('it is cut short, or a byte of it is another', () => {
      const ingest = gatewayIngest(id, filter);
      fc.assert(
        fc.property(sample, fc.nat(), fc.nat({ max: 255 }), fc.boolean(), (from, place, byte, isCut) => {
          const bytes = bytesOf(from);
          const at = place % Math.max(1, bytes.length);
          if (!isCut && bytes.length > 0) bytes[at] = byte;
          check(take(ingest, isCut ? bytes.subarray(0, at) : bytes, { topic: from.topic }));
        }),
        { numRuns: runs },
      );
    });

    test('the topic is another', () => {
      const ingest = gatewayIngest(id, filter);
      const level = fc.oneof(
        fc.constantFrom('bridge', 'availability', 'set', 'state', 'gateway', 'telemetry', 'v1', 'me', ''),
        fc.string({ unit: 'grapheme', maxLength: 200 }).map((text) => text.replaceAll(/[+#/]/g, '')),
      );
      fc.assert(
        fc.property(sample, fc.array(level, { minLength: 1, maxLength: 6 }), (from, levels) => {
          const topic = levels.join('/');
          if (topic.startsWith('gridbell/')) return;
          check(take(ingest, bytesOf(from), { topic }));
        }),
        { numRuns: runs / 2 },
      );
    });

    test.each([
      ['nested arrays', '['.repeat(30_000) + ']'.repeat(30_000)],
      ['nested objects', `{"smoke":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`],
      [
        'thousands of names',
        JSON.stringify(Object.fromEntries(Array.from({ length: 4_000 }, (_, i) => [`k${i}`, i]))),
      ],
      ['an endless number', `{"co":${'9'.repeat(40_000)}}`],
      ['nested elements', `${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}`],
      ['elements side by side', `<a>${'<b>1</b>'.repeat(20_000)}</a>`],
      ['an endless text', `<a><eventType>${'x'.repeat(60_000)}</eventType></a>`],
      ['entities in entities', entities],
    ])('%s', (_, text) => {
      const { topic } = samplesOf(id)[0] ?? { topic: '' };
      const result = take(gatewayIngest(id, filter), Buffer.from(text), { topic });
      check(result);
      expect(result.quarantined.length).toBeLessThan(140);
    });
  });
}
