import { describe, expect, it } from 'vitest';
import type { Device, Place } from '#model/community.ts';
import { type Role, rolesOf } from '#rules/engine/habits/rooms.ts';

interface Named {
  readonly id: string;
  readonly kind?: string;
  readonly name?: string;
  readonly place?: string;
  readonly tags?: readonly string[];
}

function rolesIn(devices: readonly Named[]): ReadonlyMap<string, Role> {
  return rolesOf(
    devices.map(({ kind = 'motion', place = 'flat', ...rest }) => ({
      device: { kind, place, ...rest } as unknown as Device,
      place: { id: place, kind: 'area', parent: 'b1' } as unknown as Place,
    })),
  );
}
const roomOf = (device: Named): string | undefined => rolesIn([device]).get(device.id)?.room;

describe('the room of a device', () => {
  it.each([
    ['BathroomAToilet', 'bathroom'],
    ['toilet-flush', 'bathroom'],
    ['wc-1', 'bathroom'],
    ['BedroomABed', 'bedroom'],
    ['bed-1', 'bedroom'],
    ['OutsideDoor', 'entrance'],
    ['frontdoor', 'entrance'],
    ['kitchen-fridge', 'other'],
    ['m017', 'other'],
    ['bedding-shop', 'other'],
  ])('%s is %s', (id, room) => {
    expect(roomOf({ id })).toBe(room);
  });

  it('is read from names in Chinese, from tags, and from the place', () => {
    expect(roomOf({ id: 'm1', name: '主卧卫生间人体感应' })).toBe('bathroom');
    expect(roomOf({ id: 'm1', name: '卧室床垫' })).toBe('bedroom');
    expect(roomOf({ id: 'm1', name: '入户门' })).toBe('entrance');
    expect(roomOf({ id: 'm1', place: 'flat-bathroom' })).toBe('bathroom');
    expect(roomOf({ id: 'bedroom-2', tags: ['bathroom'], place: 'flat-kitchen' })).toBe('bathroom');
  });
});

describe('a door', () => {
  const doors = (...ids: readonly Named[]): readonly string[] =>
    [...rolesIn(ids.map((door) => ({ kind: 'door', ...door })))].flatMap(([id, role]) =>
      role.isEntrance ? [id] : [],
    );

  it('leads out when it says so; then the others do not', () => {
    expect(doors({ id: 'front-door' }, { id: 'd2' }, { id: 'fridge' }, { id: 'hall-bathroom-door' })).toEqual(
      ['front-door'],
    );
  });

  it('may lead out as long as none says so, but for cupboards and inner rooms', () => {
    expect(
      doors(
        { id: 'd1' },
        { id: 'd2', place: 'flat-kitchen' },
        { id: 'd3', place: 'flat-bathroom' },
        { id: 'cups-cupboard' },
      ),
    ).toEqual(['d1', 'd2']);
  });
});

describe('spots', () => {
  it('are places where devices have several, else the devices themselves', () => {
    const spots = (devices: readonly Named[]): readonly string[] =>
      [...rolesIn(devices).values()].map(({ spot }) => spot);
    expect(
      spots([
        { id: 'a', place: 'p1' },
        { id: 'b', place: 'p1' },
        { id: 'c', place: 'p2' },
      ]),
    ).toEqual(['p1', 'p1', 'p2']);
    expect(spots([{ id: 'a' }, { id: 'b' }])).toEqual(['a', 'b']);
  });
});
