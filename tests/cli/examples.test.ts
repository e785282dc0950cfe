import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { communityFileIssues } from '#api/community-file/check.ts';
import { parseCommunityFile } from '#api/community-file/parse.ts';
import { contactsOf } from '#model/care-contact.ts';
import { deviceKindCatalogue } from '#model/catalogue.ts';
import type { Roster } from '#model/community.ts';
import { Configuration } from '#model/configuration.ts';
import { roles } from '#model/role.ts';

const load = (file: string) => parseCommunityFile(readFileSync(file, 'utf8'));

const minuteOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

/** Minutes of a day in which somebody of the roster is on duty; all shifts are daily. */
function minutesCovered({ shifts }: Roster): number {
  const covered = new Set<number>();
  for (const { from, to } of shifts) {
    const end = minuteOf(to) > minuteOf(from) ? minuteOf(to) : minuteOf(to) + 1_440;
    for (let minute = minuteOf(from); minute < end; minute += 1) covered.add(minute % 1_440);
  }
  return covered.size;
}

const recorded = globSync('examples/recordings/*/community.yaml').toSorted();

describe.each(['examples/demo-community.yaml', ...recorded])('%s', (file) => {
  const community = load(file);

  it('refers to nothing that is not in it', () => {
    expect(communityFileIssues(community, new Configuration())).toEqual([]);
  });

  it('holds no secrets', () => {
    expect(readFileSync(file, 'utf8')).not.toMatch(/^[^#]*\b(token|password)\s*:/m);
  });

  it('names only kinds of devices that the catalogue knows', () => {
    const unknown = (community.devices ?? []).filter(({ kind }) => !deviceKindCatalogue.has(kind));
    expect(unknown).toEqual([]);
  });

  it('has somebody on duty at every hour', () => {
    for (const roster of community.rosters ?? []) {
      expect(roster.shifts.map(({ days }) => days)).toEqual(roster.shifts.map(() => 'mon-sun'));
      expect([roster.place, roster.role, minutesCovered(roster)]).toEqual([roster.place, roster.role, 1_440]);
    }
  });
});

describe('the demo community', () => {
  const {
    places = [],
    people = [],
    residents = [],
    rosters = [],
    devices = [],
  } = load('examples/demo-community.yaml');
  const count = (kind: string): number => places.filter((place) => place.kind === kind).length;

  it('is large enough to try everything with', () => {
    expect(count('grid')).toBeGreaterThanOrEqual(3);
    expect(count('building')).toBeGreaterThanOrEqual(6);
    expect(residents.length).toBeGreaterThanOrEqual(12);
    expect(devices.length).toBeGreaterThanOrEqual(60);
    expect(new Set(devices.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(10);
    expect(new Set(people.map(({ role }) => role))).toEqual(new Set(roles));
  });

  it('has worker, care staff, property manager and leader on a roster of every grid', () => {
    for (const { id } of places.filter(({ kind }) => kind === 'grid')) {
      const onDuty = rosters.filter(({ place }) => place === id).map(({ role }) => role);
      expect(onDuty.sort()).toEqual(['care-staff', 'grid-leader', 'grid-worker', 'property-manager']);
    }
  });

  it('has families who agreed to be called when somebody who lives alone asks for help, by numbers that nobody has', () => {
    const withFamily = residents.filter((resident) => contactsOf(resident).some(({ consent }) => consent));
    expect(withFamily.length).toBeGreaterThanOrEqual(5);
    expect(withFamily.map(({ id }) => id)).toContain('r-0502');
    const people = residents.flatMap((resident) => [resident, ...contactsOf(resident)]);
    const numbers = people.flatMap(({ phone }) => (phone === undefined || phone === null ? [] : [phone]));
    expect(numbers.filter((phone) => !/^138000000\d\d$/.test(phone))).toEqual([]);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(residents.flatMap(contactsOf).filter(({ consent }) => !consent)).not.toEqual([]);
  });

  it('holds what the contract names', () => {
    const ids = [...places, ...people, ...residents, ...devices].map(({ id }): string => id);
    for (const id of [
      'g1',
      'b3',
      'b3-0502',
      'w-zhou',
      'c-lin',
      'r-0502',
      'smoke-b3-05',
      'watch-0502',
      'z2m-1',
    ])
      expect(ids).toContain(id);
    expect(devices.find(({ id }) => id === 'smoke-b3-05')).toMatchObject({ place: 'b3', expectEvery: '24h' });
  });
});
