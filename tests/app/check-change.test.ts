import { describe, expect, it } from 'vitest';
import { checkChange, type Standing } from '#app/engine/check-change.ts';
import type { ResourceChange } from '#model/command.ts';
import { Configuration } from '#model/configuration.ts';

const put = (resource: string, id: string, body: object) =>
  ({ op: 'put', resource, id, body: { id, ...body } }) as unknown as ResourceChange;
const remove = (resource: string, id: string) => ({ op: 'delete', resource, id }) as ResourceChange;

const standingChanges = [
  put('community', 'c1', {}),
  put('place', 'g1', { kind: 'grid', parent: 'c1' }),
  put('place', 'b1', { kind: 'building', parent: 'g1' }),
  put('person', 'p1', { role: 'grid-worker', places: ['g1'] }),
  put('resident', 'r1', { place: 'b1' }),
  put('device', 'd1', { kind: 'sos-button', place: 'b1', resident: 'r1' }),
  put('roster', 'g1.grid-worker', {
    place: 'g1',
    role: 'grid-worker',
    shifts: [{ days: 'mon', from: '08:00', to: '09:00', person: 'p1' }],
  }),
];

const checkAfter = (before: readonly ResourceChange[], changes: ResourceChange[]) =>
  check(changes, 'any', before);

function check(
  changes: ResourceChange[],
  expect: 'absent' | 'present' | 'any' = 'any',
  before: readonly ResourceChange[] = [],
) {
  const configuration = new Configuration();
  for (const change of [...standingChanges, ...before]) configuration.apply(change);
  const standing: Standing = (resource, id) => {
    const found = standingChanges.find((change) => change.resource === resource && change.id === id);
    return found?.op === 'put'
      ? ({ resource, id, version: 1, body: found.body, updatedAt: 0 } as never)
      : undefined;
  };
  const outcome = checkChange({ expect, changes }, standing, configuration);
  return outcome.ok ? 'ok' : `${outcome.failure.code}: ${outcome.failure.detail}`;
}

describe('a change of configuration', () => {
  it('may refer to what stands and to what comes with it', () => {
    expect(
      check([
        put('place', 'u1', { kind: 'unit', parent: 'b2' }),
        put('place', 'b2', { kind: 'building', parent: 'g1' }),
      ]),
    ).toBe('ok');
  });

  it.each([
    [
      'a place in nothing',
      put('place', 'x', { kind: 'room', parent: 'nowhere' }),
      /unknown-reference: parent/,
    ],
    [
      'a device in nothing',
      put('device', 'x', { kind: 'door', place: 'nowhere' }),
      /unknown-reference: place/,
    ],
    [
      'a device of nobody',
      put('device', 'x', { kind: 'door', place: 'b1', resident: 'r9' }),
      /unknown-reference: resident/,
    ],
    [
      'a person of nowhere',
      put('person', 'x', { role: 'admin', places: ['b9'] }),
      /unknown-reference: places\[0\]/,
    ],
    [
      'a shift of nobody',
      put('roster', 'x', { place: 'g1', role: 'admin', shifts: [{ person: 'p9' }] }),
      /unknown-reference: shifts\[0\].person/,
    ],
    ['a mode of nothing', put('mode', 'x', { target: 'x', mode: 'away' }), /unknown-reference: target/],
    ['another community', put('community', 'c2', {}), /already-exists/],
    [
      'a place within itself',
      put('place', 'g1', { kind: 'grid', parent: 'b1' }),
      /invalid-input: place g1 would lie within itself/,
    ],
    ['a building that others stand in', remove('place', 'b1'), /still-referenced: resident r1/],
    ['a person of a roster', remove('person', 'p1'), /still-referenced: roster/],
    ['a resident of a device', remove('resident', 'r1'), /still-referenced: device d1/],
  ])('is refused: %s', (_, change, reason) => {
    expect(check([change])).toMatch(reason);
  });

  it('a gateway carries a device under a name that no other has', () => {
    const gateway = put('device', 'z1', { kind: 'gateway', place: 'g1' });
    const door = (id: string, more: object = {}) =>
      put('device', id, { kind: 'door', place: 'b1', gateway: 'z1', address: 'door', ...more });
    expect(check([gateway, door('d2'), door('d3', { address: 'other' })])).toBe('ok');
    expect(check([door('d2')])).toBe('unknown-reference: gateway: there is no "z1"');
    expect(check([gateway, door('d2'), door('d3')])).toMatch(/^already-exists: z1 carries "door"/);
    expect(check([gateway, door('d2', { address: undefined })])).toMatch(
      /^invalid-input: gateway and address/,
    );
    expect(
      check([gateway, put('device', 'z1', { kind: 'gateway', place: 'g1', gateway: 'z1', address: 'me' })]),
    ).toMatch(/^invalid-input: a device does not carry itself/);
    const standing = [gateway, door('d2')];
    expect(checkAfter(standing, [door('d3')])).toMatch(/^already-exists: z1 carries "door" as the device d2/);
    expect(checkAfter(standing, [door('d2', { kind: 'motion' })])).toBe('ok');
    expect(checkAfter(standing, [door('d2', { address: 'was' }), door('d3')])).toBe('ok');
    expect(checkAfter(standing, [remove('device', 'z1')])).toMatch(/^still-referenced: device d2 refers/);
  });

  it('deletes what refers together with what it refers to', () => {
    expect(check([remove('device', 'd1'), remove('resident', 'r1'), remove('place', 'b1')])).toBe('ok');
  });

  it('is a conflict when it should be new and stands, and not found when it should stand', () => {
    expect(check([put('place', 'b1', { kind: 'building', parent: 'g1' })], 'absent')).toMatch(
      /already-exists/,
    );
    expect(check([put('place', 'b9', { kind: 'building', parent: 'g1' })], 'present')).toMatch(/not-found/);
  });
});
