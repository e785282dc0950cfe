import { describe, expect, it } from 'vitest';
import { communityFileIssues } from '#api/community-file/check.ts';
import { parseCommunityFile } from '#api/community-file/parse.ts';
import { generatedCommunity } from '#device-sim/fleet/generated.ts';
import { Configuration } from '#model/configuration.ts';
import { roles } from '#model/role.ts';

const of = (devices: number, seed = 7) => generatedCommunity({ devices, seed });

describe('a generated community', () => {
  it.each([1, 30, 500])('of %d devices is one that /import takes', (devices) => {
    const file = of(devices);
    expect(file.devices).toHaveLength(devices);
    expect(parseCommunityFile(structuredClone(file))).toEqual(file);
    expect(communityFileIssues(file, new Configuration())).toEqual([]);
  });

  it('has all that a community has, in believable shares', () => {
    const { devices = [], residents = [], people = [], places = [] } = of(500);
    expect(new Set(devices.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(15);
    expect(new Set(people.map(({ role }) => role))).toEqual(new Set(roles));
    expect(new Set(places.map(({ kind }) => kind))).toEqual(
      new Set(['grid', 'building', 'unit', 'room', 'area']),
    );
    const alone = residents.filter(({ livesAlone }) => livesAlone === true).length;
    expect(alone / residents.length).toBeGreaterThan(0.15);
    expect(alone / residents.length).toBeLessThan(0.6);
    for (const device of devices) {
      expect(device.tags).toContain('simulated');
      expect(device.expectEvery, device.id).toBeDefined();
    }
  });

  it('has somebody on duty at every hour for every role that a task may go to', () => {
    const { rosters = [], places = [] } = of(500);
    const grids = places.filter(({ kind }) => kind === 'grid').map(({ id }) => id as string);
    for (const role of ['grid-worker', 'care-staff', 'property-manager', 'grid-leader'] as const)
      expect(rosters.filter((roster) => roster.role === role).map(({ place }) => place)).toEqual(
        expect.arrayContaining(grids),
      );
    for (const { shifts } of rosters) {
      const [first, second] = shifts;
      expect(first?.to === second?.from || (first?.from === '00:00' && first.to === '24:00')).toBe(true);
      if (second) expect(second.to).toBe(first?.from);
    }
  });

  it('is the same for the same seed, and a larger one holds the smaller one', () => {
    expect(of(200)).toEqual(of(200));
    expect(of(200, 8)).not.toEqual(of(200));
    expect((of(500).devices ?? []).slice(0, 200)).toEqual(of(200).devices);
    expect(of(500).residents).toEqual(expect.arrayContaining([...(of(200).residents ?? [])]));
  });
});
