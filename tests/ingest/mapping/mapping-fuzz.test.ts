import { describe, expect, test } from 'vitest';
import type { Ingested } from '#ingest/ingested.ts';
import { compileMapping } from '#ingest/mapping/compile.ts';
import { compilePath } from '#ingest/mapping/json-path.ts';
import { propertyCatalogue } from '#model/catalogue.ts';
import { type Mapping, type MappingMessage, type MappingValue, payloadFormats } from '#model/mapping.ts';
import { quarantineReasons } from '#model/quarantine.ts';
import { gatewayIngest, take } from '#tests/ingest/workbench.ts';
import { fc } from '#tests/support/properties.ts';

/** 1,200 mappings with 10 messages each. */
const mappings = 1_200;
const messagesEach = 10;

const names = ['a', 'b', 'sensors', 'temp', 't', '__proto__', 'constructor', 'n'] as const;
const name = fc.constantFrom(...names);
const step = fc.oneof(
  { weight: 6, arbitrary: name.map((each) => `.${each}`) },
  { weight: 2, arbitrary: fc.integer({ min: -2, max: 3 }).map((index) => `[${index}]`) },
  { weight: 2, arbitrary: fc.constantFrom('[*]', '.*') },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        name,
        fc.constantFrom('==', '!=', '<', '>='),
        fc.constantFrom('1', '"on"', 'true', 'null', '$.a'),
      )
      .map(([of, op, literal]) => `[?@.${of}${op}${literal}]`),
  },
  { weight: 1, arbitrary: name.map((each) => `[?@.${each}]`) },
  { weight: 1, arbitrary: fc.constantFrom('..a', '[0:2]', '[?length(@)>1]', '["x y"]') },
);
const path = fc
  .tuple(fc.constantFrom('$', '@'), fc.array(step, { maxLength: 4 }))
  .map(([root, steps]) => root + steps.join(''));
const word = fc.oneof(fc.constantFrom('on', 'off', 'true', '1', ''), fc.integer(), fc.boolean());
const value: fc.Arbitrary<MappingValue> = fc.oneof(
  fc.record(
    {
      property: fc.oneof(fc.constantFrom(...propertyCatalogue.keys()), fc.constantFrom('own-thing', 'face')),
      at: path,
      unit: fc.constantFrom('Cel', '°F', 'mV', 'ppb', 'hPa', '%'),
      factor: fc.double({ noNaN: true }),
      offset: fc.double({ noNaN: true }),
      bit: fc.nat({ max: 52 }),
      words: fc.dictionary(fc.constantFrom('on', 'off', '1', '0', 'x'), fc.option(word)),
    },
    { requiredKeys: ['property', 'at'] },
  ),
  fc.record({ property: fc.constantFrom('sos', 'smoke', 'temperature'), value: word }),
  fc.record({ members: path, except: fc.array(name, { maxLength: 2 }) }, { requiredKeys: ['members'] }),
);
const source = fc.oneof(path, fc.constantFrom('{id}', '{x}-{key}', 'fixed', ''));
const condition = fc.record({ at: path, is: fc.oneof(word, fc.array(word, { minLength: 1, maxLength: 3 })) });
const message: fc.Arbitrary<MappingMessage> = fc.record(
  {
    topic: fc.constantFrom('t/{id}', 't/+', '#', 't/x', '{x}/{id}'),
    when: condition,
    pass: fc.boolean(),
    each: path,
    address: source,
    name: source,
    model: source,
    kind: source,
    time: fc.record({
      at: path,
      as: fc.constantFrom('iso', 's', 'ms', 'us', 'ns', 'yyyy-MM-dd HH:mm:ss', 'd/M/yy h:m a'),
    }),
    online: fc.oneof(fc.boolean(), fc.record({ at: path })),
    number: path,
    past: fc.oneof(fc.boolean(), condition),
    values: fc.array(value, { maxLength: 4 }),
  },
  { requiredKeys: ['topic'] },
);
/** With what makes a mapping unsound taken away, one fault after the other: most are then read by. */
function mended(given: Mapping): Mapping {
  let mapping = given;
  for (let round = 0; round < 40; round += 1) {
    const [fault] = compileMapping(mapping).faults;
    if (fault === undefined) return mapping;
    mapping = without(mapping, fault.path);
  }
  return mapping;
}
function without(mapping: Mapping, at: string): Mapping {
  const [, index = '0', rest = ''] = /^messages\[(\d+)\]\.?(.*)$/.exec(at) ?? [];
  const messages = mapping.messages.map((each, number) => {
    if (number !== Number(index)) return each;
    const [, which] = /^values\[(\d+)\]/.exec(rest) ?? [];
    if (which !== undefined)
      return { ...each, values: (each.values ?? []).filter((_, of) => of !== Number(which)) };
    const key = rest.split(/[.[]/)[0] ?? '';
    if (key === '') return { topic: each.topic, values: [{ property: 'sos', value: true }] };
    if (key === 'topic') return { ...each, topic: 't/{id}' };
    return Object.fromEntries(Object.entries(each).filter(([name]) => name !== key)) as MappingMessage;
  });
  return { ...mapping, messages };
}
const mapping: fc.Arbitrary<Mapping> = fc.record(
  {
    id: fc.constant('fuzz'),
    format: fc.constantFrom(...payloadFormats),
    messages: fc.array(message, { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['id', 'messages'] },
);

const leaf = fc.oneof(
  fc.constantFrom(
    'on',
    'off',
    '21.5',
    '2026-01-01T00:00:00Z',
    '2026-01-01 11:00:00',
    null,
    true,
    1767239880,
    '',
  ),
  fc.double(),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
const { body } = fc.letrec((tie) => ({
  body: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('body'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(name, fc.string({ maxLength: 10 })), tie('body'), { maxKeys: 5 }),
  ),
}));
const payload = fc.oneof(
  { weight: 6, arbitrary: body.map((each) => Buffer.from(JSON.stringify(each) ?? '')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }).map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
);
const topic = fc.constantFrom('t/x', 't/7', 'u/9', 't', 't/x/y', '');

function check({ isPassed, observations, presence, quarantined, repeats }: Ingested): void {
  const outcomes = observations.length + presence.length + quarantined.length + repeats + Number(isPassed);
  expect(outcomes).toBeGreaterThan(0);
  for (const { detail, reason } of quarantined) {
    expect(quarantineReasons).toContain(reason);
    expect(detail).not.toContain('fault of Gridbell');
  }
  const numbers = observations
    .flatMap(({ values }) => [...values.values()])
    .filter((each) => typeof each === 'number');
  for (const each of numbers) expect(Number.isFinite(each)).toBe(true);
}

describe('whatever a mapping is, and whatever comes', () => {
  test('each message is a reading, presence, known, passed or in quarantine; nothing throws', () => {
    let [sound, read] = [0, 0];
    fc.assert(
      fc.property(
        mapping,
        fc.array(fc.tuple(topic, payload), { minLength: messagesEach, maxLength: messagesEach }),
        (given, messages) => {
          const used = mended(given);
          if (compileMapping(used).mapping !== undefined) sound += 1;
          const ingest = gatewayIngest('custom', '#', { mapping: used });
          for (const [to, bytes] of messages) {
            const result = take(ingest, bytes, { topic: to });
            check(result);
            if (result.observations.length > 0) read += 1;
          }
        },
      ),
      { numRuns: mappings },
    );
    // The generators are no good when hardly anything is read.
    expect(sound).toBeGreaterThan(mappings * 0.9);
    expect(read).toBeGreaterThan(mappings / 2);
  });

  test('a path is compiled or refused, whatever is written', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme', maxLength: 200 }),
          fc
            .string({
              unit: fc.constantFrom(
                '$',
                '@',
                '.',
                '[',
                ']',
                '(',
                ')',
                '?',
                '!',
                'a',
                '"',
                "'",
                ' ',
                '*',
                '&',
                '|',
                '=',
                '<',
                '1',
                ',',
                ':',
              ),
              maxLength: 200,
            })
            .map((text) => `$${text}`),
          path,
        ),
        (text) => {
          const { fault, path: compiled } = { fault: undefined, path: undefined, ...compilePath(text) };
          expect((fault === undefined) !== (compiled === undefined)).toBe(true);
        },
      ),
      { numRuns: 5_000 },
    );
  });

  test.each([
    [
      'wildcards in wildcards',
      '$[*][*][*][*]',
      JSON.stringify(
        Array.from({ length: 60 }, () =>
          Array.from({ length: 60 }, () => Array.from({ length: 20 }, () => [1])),
        ),
      ),
    ],
    [
      'a filter over everything',
      '$[?@.a==1 || @.b==2 || @.c==3]',
      JSON.stringify(Array.from({ length: 6_000 }, (_, index) => ({ d: index }))),
    ],
  ])('%s ends, and says so', (_, each, text) => {
    const values = Array.from({ length: 200 }, () => ({ property: 'temperature', at: '@' }));
    const ingest = gatewayIngest('custom', '#', {
      mapping: {
        id: 'heavy',
        messages: [{ topic: '#', values: values.map(({ property }) => ({ property, at: each })) }],
      },
    });
    const result = take(ingest, Buffer.from(text), { topic: 'x' });
    expect(result.quarantined.map(({ detail }) => detail)).toEqual([expect.stringContaining('too much')]);
  });
});
