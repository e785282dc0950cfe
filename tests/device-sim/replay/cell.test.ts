import { describe, expect, it } from 'vitest';
import { cellReader } from '#device-sim/replay/cell.ts';
import type { PropertySource } from '#device-sim/replay/map-schema.ts';
import { fc } from '#tests/support/properties.ts';

const read = (source: Omit<PropertySource, 'column'>, cell: unknown, missing?: string[]) =>
  cellReader({ column: 'c', ...source }, missing)(cell);
const value = (given: unknown) => ({ kind: 'value', value: given });

describe('a cell', () => {
  it.each([
    ['20', {}, 20],
    [' -22.01 ', {}, -22.01],
    ['1e3', {}, 1000],
    [12.5, {}, 12.5],
    ['0.3', { scale: 0.1 }, 0.03],
    ['68', { scale: 5 / 9, offset: -32 * (5 / 9) }, 20],
    ['1', { equals: 1 }, true],
    ['1.0', { equals: 1 }, true],
    ['0', { equals: 1 }, false],
    ['ALARM', { equals: 'ALARM' }, true],
    ['alarm', { equals: 'ALARM' }, false],
    [true, { equals: true }, true],
    ['Yes', { as: 'boolean' }, true],
    ['0', { as: 'boolean' }, false],
    ['open', { map: { open: true, closed: false } }, true],
    ['2', { map: { '2': 'denied' } }, 'denied'],
    ['hello', { as: 'text' }, 'hello'],
  ] as const)('%j by %j is %j', (cell, source, expected) => {
    expect(read(source, cell)).toEqual(value(expected));
  });

  it.each(['', '   ', 'NaN', 'nan', 'null', null, undefined])('%j says nothing', (cell) => {
    expect(read({}, cell)).toEqual({ kind: 'empty' });
    expect(read({ equals: 1 }, cell)).toEqual({ kind: 'empty' });
  });

  it('says nothing where the map says so, and only there', () => {
    expect(read({}, '-99', ['-99'])).toEqual({ kind: 'empty' });
    expect(read({ as: 'text' }, 'NaN', ['-99'])).toEqual(value('NaN'));
  });

  it.each([
    ['warm', {}],
    ['Infinity', {}],
    ['1,5', {}],
    ['maybe', { as: 'boolean' }],
    ['ajar', { map: { open: true } }],
    ['toString', { map: { open: true } }],
  ] as const)('%j by %j is unreadable, not a guess', (cell, source) => {
    expect(read(source, cell)).toEqual({ kind: 'unreadable' });
  });

  it('never throws and gives only finite numbers', () => {
    fc.assert(
      fc.property(fc.anything(), fc.double({ noNaN: true }), (cell, scale) => {
        const { kind, ...rest } = read({ scale }, typeof cell === 'bigint' ? String(cell) : cell);
        if (kind === 'value') expect('value' in rest && Number.isFinite(rest.value)).toBe(true);
      }),
    );
  });
});
