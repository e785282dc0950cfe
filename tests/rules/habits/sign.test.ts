import { describe, expect, it } from 'vitest';
import type { Value } from '#model/reading.ts';
import type { Role } from '#rules/engine/habits/rooms.ts';
import { readSigns, type Said, signKey, signOf, writeSign } from '#rules/engine/habits/sign.ts';

const minute = 60_000;
const kitchen: Role = {
  spot: 'kitchen',
  room: 'other',
  isPlaced: true,
  isEntrance: false,
  isAutomatic: false,
};
const said = (property: string, value: Value, more: Partial<Said> = {}): Said => ({
  at: 1_000 * minute,
  property,
  value,
  previous: undefined,
  previousAt: undefined,
  hasHeartbeat: false,
  ...more,
});
const earlier = (previous: Value, minutes: number): Partial<Said> => ({
  previous,
  previousAt: (1_000 - minutes) * minute,
});
const kindOf = (reading: Said, role = kitchen): string | null => {
  const sign = signOf(reading, role);
  return sign && writeSign(sign);
};

describe('a sign of life', () => {
  it('is a movement, and its end says that somebody was there until then', () => {
    expect(kindOf(said('motion', true, earlier(false, 5)))).toBe('inside other kitchen');
    expect(kindOf(said('motion', false, earlier(true, 1)))).toBe('still-there');
    expect(kindOf(said('motion', false, earlier(true, 300)))).toBeNull();
  });

  it('is not a heartbeat, whatever it repeats', () => {
    expect(kindOf(said('motion', false, earlier(false, 30)))).toBeNull();
    expect(kindOf(said('motion', true, { ...earlier(true, 30), hasHeartbeat: true }))).toBeNull();
    expect(kindOf(said('motion', true, { ...earlier(true, 2), hasHeartbeat: true }))).toBe(
      'inside other kitchen',
    );
  });

  it('is a movement whose end was lost, and one of a device that never says an end', () => {
    expect(kindOf(said('motion', true, earlier(true, 200)))).toBe('inside other kitchen');
  });

  it.each([
    ['door-open', true],
    ['bed-occupied', false],
    ['appliance-on', true],
  ])('is a change of %s, not the first that it says', (property, value) => {
    expect(kindOf(said(property, value))).toBeNull();
    expect(kindOf(said(property, value, earlier(value, 5)))).toBeNull();
    expect(kindOf(said(property, value, earlier(!value, 5)))).toMatch(/^inside/);
  });

  it('is water that begins to flow and a toilet that flushes', () => {
    expect(kindOf(said('water-flow', 3.2, earlier(0, 5)), { ...kitchen, isPlaced: false })).toBe(
      'inside - kitchen',
    );
    expect(kindOf(said('water-flow', 0, earlier(3, 5)))).toBeNull();
    expect(kindOf(said('toilet-flush', true))).toBe('inside bathroom kitchen');
  });

  it('is nothing that switches by itself, and no temperature', () => {
    expect(
      kindOf(said('appliance-on', true, earlier(false, 5)), { ...kitchen, isAutomatic: true }),
    ).toBeNull();
    expect(kindOf(said('temperature', 21.5, earlier(21, 5)))).toBeNull();
  });

  it('at the entrance door is somebody who comes or goes; a bathroom door says nothing of where', () => {
    const door = said('door-open', true, earlier(false, 5));
    expect(kindOf(door, { ...kitchen, isEntrance: true })).toBe('door');
    expect(kindOf(door, { ...kitchen, room: 'bathroom' })).toBe('inside - kitchen');
  });

  it('is found again among the values, unless its reading was replaced', () => {
    const sign = signOf(said('motion', true), kitchen);
    const text = sign ? writeSign(sign) : '';
    const values = new Map<string, Value>([
      ['motion', true],
      [signKey('motion'), text],
    ]);
    expect(readSigns(values, 1_000 * minute)).toEqual([sign]);
    values.delete('motion');
    expect(readSigns(values, 1_000 * minute)).toEqual([]);
  });
});
