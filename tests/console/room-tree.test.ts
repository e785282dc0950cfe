import { describe, expect, it } from 'vitest';
import { fc } from '#tests/support/properties.ts';
import { outerOf, roomsOf } from '../../dashboards/console/src/onboarding/room-tree.ts';

const place = (id: string, kind: string, parent: string) => ({ id, kind, parent });
const community = new Map(
  [
    place('g1', 'grid', 'c'),
    place('b3', 'building', 'g1'),
    place('b3-u1', 'unit', 'b3'),
    place('b3-0502', 'room', 'b3-u1'),
    place('b4', 'building', 'g1'),
    place('b4-0101', 'room', 'b4'),
    place('office', 'room', 'g1'),
  ].map((each) => [each.id, each]),
);
const ids = (outer: string) => roomsOf(community, outer).map(({ id }) => id);

describe('where a device may be put', () => {
  it('is a building or a yard, then a door in it, however deep it lies', () => {
    expect(ids('b3')).toEqual(['b3-u1', 'b3-0502']);
    expect(ids('b4')).toEqual(['b4-0101']);
    expect(ids('g1'), 'of a grid: what is in none of its houses').toEqual(['office']);
    expect(outerOf(community, 'b3-0502')).toBe('b3');
    expect(outerOf(community, 'g1')).toBe('g1');
    expect(outerOf(community, 'c'), 'the community itself').toBe('c');
  });

  it('is found in whatever order and shape places are, circles too; each door belongs to one building', () => {
    const someId = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const somePlace = fc.record({
      id: someId,
      kind: fc.constantFrom('building', 'unit', 'room'),
      parent: someId,
    });
    fc.assert(
      fc.property(fc.array(somePlace), (places) => {
        const all = new Map(places.map((each) => [each.id, each]));
        const outers = new Set([...all.keys()].map((id) => outerOf(all, id)));
        const found = [...outers].flatMap((outer) => roomsOf(all, outer).map(({ id }) => id));
        const rooms = [...all.values()].filter(({ kind }) => kind !== 'building').map(({ id }) => id);
        expect(found.toSorted()).toEqual(rooms.toSorted());
      }),
    );
  });
});
