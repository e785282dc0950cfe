import { describe, expect, it } from 'vitest';
import { compileMapping } from '#ingest/mapping/compile.ts';
import type { Mapping, MappingMessage, MappingValue } from '#model/mapping.ts';

const value: MappingValue = { property: 'temperature', at: '$.t' };
const mapping = (message: Partial<MappingMessage>): Mapping => ({
  id: 'm',
  messages: [{ topic: 'a/{id}', address: '{id}', values: [value], ...message }],
});
const faultsOf = (message: Partial<MappingMessage>): readonly string[] =>
  compileMapping(mapping(message)).faults.map(({ message: said, path }) => `${path}: ${said}`);
const ofValue = (given: MappingValue): readonly string[] => faultsOf({ values: [given] });

describe('a mapping', () => {
  it('is compiled as a whole', () => {
    const { faults, mapping: compiled, remarks } = compileMapping(mapping({}));
    expect(faults).toEqual([]);
    expect(remarks).toEqual([]);
    expect(compiled?.messages.map(({ needsBody, where }) => [where, needsBody])).toEqual([
      ['messages[0]', true],
    ]);
  });

  it('tells all that is wrong at once, each with its place', () => {
    const { faults, mapping: compiled } = compileMapping({
      id: 'm',
      messages: [
        { topic: 'a/{x}/{x}', address: '{y}', values: [{ property: 'temperature', at: '$..t' }] },
        { topic: 'gridbell/c/d/telemetry', values: [{ property: 'smoke', at: '$.s', unit: 'ppm' }] },
        { topic: 'b', time: { at: '@.t', as: 'yyyy QQ', zone: 'Mars/Olympus' }, values: [] },
      ],
    });
    expect(compiled).toBeUndefined();
    expect(faults.map(({ path }) => path)).toEqual([
      'messages[0].topic',
      'messages[0].address',
      'messages[0].values[0].at',
      'messages[1].topic',
      'messages[1].values[0].unit',
      'messages[2].time.at',
      'messages[2].time.zone',
      'messages[2]',
    ]);
  });

  it.each<[string, Partial<MappingMessage>, string]>([
    ['an unknown level', { address: '{room}' }, 'there is {id}'],
    ['a half wildcard', { topic: 'a/b+' }, 'a level is a word'],
    ['a hash within', { topic: 'a/#/b' }, 'a level is a word'],
    ['an entry without each', { values: [{ property: 'co', at: '@.c' }] }, 'there is no each'],
    [
      'a search below each',
      { each: '$[*]', values: [{ property: 'co', at: '$[*].c' }] },
      'leads to one value',
    ],
    ['keys without each', { address: '{key}' }, 'no level of the topic'],
    ['nothing to say', { values: [] }, 'says nothing'],
    ['pass and values', { pass: true }, 'there is nothing'],
    ['a name without an address', { address: undefined as never, name: '$.n' }, 'needs an address'],
    ['a time format twice', { time: { at: '$.t', as: 'HH:mm HH' } }, 'twice'],
    ['a time of words', { time: { at: '$.t', as: 'noon' } }, 'is none of it'],
    ['an unbounded time', { time: { at: '$.t', as: 'ySy' } }, 'is none of it'],
    ['presence in numbers', { online: { at: '$.o', words: { up: 1 } } }, 'is true'],
  ])('%s is refused', (_, message, why) => {
    const { address, ...rest } = message;
    const given = 'address' in message && address === undefined ? { ...rest } : message;
    const { address: __, ...bare } = mapping(given).messages[0] as MappingMessage;
    const messages = 'address' in message && address === undefined ? [bare] : mapping(given).messages;
    const { faults } = compileMapping({ id: 'm', messages });
    expect(faults.map(({ message: said }) => said).join('\n')).toContain(why);
  });

  it.each<[string, MappingValue, string]>([
    ['no property', { at: '$.t' }, 'property: is missing'],
    ['neither at nor value', { property: 'co' }, 'where the value stands'],
    ['both at and value', { property: 'co', at: '$.c', value: 1 }, 'where the value stands'],
    [
      'a unit from nowhere',
      { property: 'temperature', at: '$.t', unit: 'parsec' },
      'nobody knows how to turn',
    ],
    ['a personal property', { property: 'faceImage', at: '$.f' }, 'personal'],
    ['words of another type', { property: 'smoke', at: '$.s', words: { on: 'yes' } }, 'smoke is a boolean'],
    ['a word beyond the list', { property: 'access-result', at: '$.s', words: { 1: 'maybe' } }, 'one of'],
    ['a factor of yes and no', { property: 'smoke', at: '$.s', factor: 2 }, 'no number'],
    ['a bit of a number', { property: 'temperature', at: '$.s', bit: 2 }, 'neither yes nor no'],
    ['a constant of another type', { property: 'sos', value: 'now' }, 'sos is a boolean'],
    ['the same word twice', { property: 'smoke', at: '$.s', words: { On: true, on: false } }, 'twice'],
    ['members with a property', { members: '$', property: 'co' }, 'under their own names'],
  ])('%s is refused', (_, given, why) => {
    expect(ofValue(given).join('\n')).toContain(why);
  });

  it('remarks what may be meant so', () => {
    const { faults, remarks } = compileMapping(
      mapping({ kind: 'toaster', values: [{ property: 'crumbs', at: '$.c', unit: 'g' }] }),
    );
    expect(faults).toEqual([]);
    expect(remarks.map(({ path }) => path)).toEqual([
      'messages[0].values[0].property',
      'messages[0].values[0].unit',
      'messages[0].kind',
    ]);
  });
});
