import { describe, expect, it } from 'vitest';
import { type EpochMs, epochMs, hour } from '#model/brand.ts';
import type { Category } from '#model/category.ts';
import { Configuration } from '#model/configuration.ts';
import { defaultCategories } from '#model/default-categories.ts';
import { roles } from '#model/role.ts';
import { Reach, unroutedPlaces } from '#tasks/coverage.ts';
import { findWorker } from '#tasks/dispatch.ts';
import { type RosterGap, rosterGaps } from '#tasks/roster-gaps.ts';
import { fc } from '#tests/support/properties.ts';
import { cpuMsOf, slowness } from '#tests/support/slowness.ts';
import { addPerson, addRoster, demoConfiguration, placeId, t0 } from '#tests/tasks/support/demo.ts';

const withCategories = (configuration: Configuration): Configuration => {
  for (const body of defaultCategories)
    configuration.apply({ op: 'put', resource: 'category', id: body.id, body });
  return configuration;
};
const unrouted = (configuration: Configuration, now = t0) =>
  unroutedPlaces(configuration, new Reach(configuration, now));

describe('unrouted', () => {
  it('is empty where somebody works for the community, and names every pair where nobody does', () => {
    const configuration = withCategories(demoConfiguration());
    const places = [...configuration.places()].length + 1;
    expect(unrouted(configuration)).toHaveLength(places * defaultCategories.length);
    addPerson(configuration, 'l-wang', 'grid-leader', ['g1']);
    const left = unrouted(configuration);
    expect(left.filter(({ place }) => place.startsWith('b3'))).toEqual([]);
    expect([...new Set(left.map(({ place }) => place))]).toEqual(['c1', 'g2', 'b9']);
    addPerson(configuration, 'd-feng', 'community-duty', ['c1']);
    expect(unrouted(configuration)).toEqual([]);
  });

  it('keeps to whom the category names', () => {
    const configuration = withCategories(demoConfiguration());
    addPerson(configuration, 'm-li', 'property-manager', ['c1']);
    const body: Category = { id: 'gas', owner: 'volunteer', fallback: ['care-staff'] };
    configuration.apply({ op: 'put', resource: 'category', id: 'gas', body });
    expect(new Set(unrouted(configuration).map(({ category }) => category))).toEqual(new Set(['gas']));
    expect(unrouted(configuration)[0]).toMatchObject({ roles: ['volunteer', 'care-staff'] });
  });

  it('says of every category and place what the dispatcher says', () => {
    const place = fc.constantFrom('c1', 'g1', 'g2', 'b3', 'b3-0502', 'b9');
    const role = fc.constantFrom(...roles);
    const person = fc.record({ role, places: fc.array(place, { maxLength: 2 }) });
    const shift = fc.record({
      place,
      role,
      hours: fc.constantFrom('mon-fri 08:00-12:00', 'mon-sun 22:00-06:00', 'sat 00:00-24:00'),
      who: fc.nat(5),
    });
    const category = fc.record({ owner: role, fallback: fc.option(fc.uniqueArray(role, { maxLength: 3 })) });
    fc.assert(
      fc.property(
        fc.array(person, { maxLength: 5 }),
        fc.array(shift, { maxLength: 4 }),
        fc.array(category, { minLength: 1, maxLength: 3 }),
        fc.nat(7 * 24),
        (people, shifts, categories, hours) => {
          const configuration = demoConfiguration();
          for (const [n, { places, role: of }] of people.entries())
            addPerson(configuration, `p${n}`, of, places);
          for (const { hours: when, place: at, role: of, who } of shifts)
            addRoster(configuration, at, of, `${when} p${who}`);
          for (const [n, { fallback, owner }] of categories.entries()) {
            const body = { id: `k${n}`, owner, ...(fallback === null ? {} : { fallback }) };
            configuration.apply({ op: 'put', resource: 'category', id: `k${n}`, body });
          }
          const now = epochMs(t0 + hours * hour);
          const asked = [...configuration.categories()].flatMap(({ id, owner }) =>
            ['c1', ...[...configuration.places()].map((each) => each.id)]
              .filter((at) => {
                const question = { place: placeId(at), role: owner, category: id, skills: [], at: now };
                const source = { configuration, countOpen: () => 0 };
                return findWorker(source, { ...question, excluded: new Set() }).person === null;
              })
              .map((at) => `${id} ${at}`),
          );
          const found = unrouted(configuration, now).map(({ category: id, place: at }) => `${id} ${at}`);
          expect(found.sort()).toEqual(asked.sort());
        },
      ),
      { numRuns: 300 },
    );
  });
});

const at = (text: string): EpochMs => epochMs(Date.parse(`${text}+08:00`));
const shown = ({ from, place, role, to }: RosterGap): string => {
  const clock = (time: number) => new Date(time + 8 * hour).toISOString().slice(5, 16);
  return `${role} ${place} ${clock(from)} ${clock(to)}`;
};
const gaps = (configuration: Configuration, now = at('2026-03-04T10:00')) =>
  rosterGaps(configuration, now).map(shown);

describe('gaps in rosters', () => {
  const staffed = (): Configuration => {
    const configuration = withCategories(demoConfiguration());
    for (const id of ['w-1', 'w-2', 'w-3']) addPerson(configuration, id, 'grid-worker', ['g1']);
    return configuration;
  };

  it('are none where there is no roster, and none where shifts follow one another', () => {
    const configuration = staffed();
    expect(gaps(configuration)).toEqual([]);
    addRoster(configuration, 'g1', 'grid-worker', 'mon-sun 08:00-20:00 w-1', 'mon-sun 20:00-08:00 w-2');
    expect(gaps(configuration)).toEqual([]);
  });

  it('are listed for 14 days, neighbours as one', () => {
    const configuration = staffed();
    const week = [
      'mon-fri 08:00-20:00 w-1',
      'mon-sun 20:00-08:00 w-2',
      'sat 08:00-12:00 w-1',
      'sat 11:00-14:00 w-3',
    ];
    addRoster(configuration, 'g1', 'grid-worker', ...week);
    expect(gaps(configuration)).toEqual([
      'grid-worker g1 03-07T14:00 03-07T20:00',
      'grid-worker g1 03-08T08:00 03-08T20:00',
      'grid-worker g1 03-14T14:00 03-14T20:00',
      'grid-worker g1 03-15T08:00 03-15T20:00',
    ]);
    addRoster(configuration, 'g1', 'grid-worker', 'sun 08:00-20:00 w-1');
    expect(gaps(configuration, at('2026-03-08T10:00'))).toEqual([
      'grid-worker g1 03-08T20:00 03-15T08:00',
      'grid-worker g1 03-15T20:00 03-22T08:00',
    ]);
  });

  it('are not where a roster around it covers them', () => {
    const configuration = staffed();
    addRoster(configuration, 'g1', 'grid-worker', 'mon-sun 08:00-20:00 w-1');
    expect(gaps(configuration)).toHaveLength(14);
    addRoster(configuration, 'c1', 'grid-worker', 'mon-sun 18:00-09:00 w-3');
    expect(gaps(configuration).filter((gap) => gap.includes(' g1 '))).toEqual([]);
    expect(gaps(configuration).filter((gap) => gap.includes(' c1 '))).toHaveLength(15);
  });

  it('are where a shift names somebody who is gone', () => {
    const configuration = staffed();
    addRoster(configuration, 'g1', 'grid-worker', 'mon-sun 00:00-24:00 w-gone');
    expect(gaps(configuration)).toEqual(['grid-worker g1 03-04T10:00 03-18T10:00']);
  });

  it('are those of an owner for whom nobody stands in, though there is no roster', () => {
    const configuration = staffed();
    const body: Category = { id: 'gas', owner: 'volunteer', fallback: [] };
    configuration.apply({ op: 'put', resource: 'category', id: 'gas', body });
    expect(gaps(configuration)).toEqual(['volunteer c1 03-04T10:00 03-18T10:00']);
    addRoster(configuration, 'c1', 'volunteer', 'mon-sun 00:00-24:00 w-1');
    expect(gaps(configuration)).toEqual([]);
  });
});

it('two thousand places, five hundred people and their rosters are looked through in well under a second', () => {
  const configuration = withCategories(new Configuration());
  configuration.apply({ op: 'put', resource: 'community', id: 'c1', body: { id: 'c1' as never } });
  for (let n = 0; n < 2_000; n++) {
    const parent = placeId(n === 0 ? 'c1' : `p${Math.floor((n - 1) / 12)}`);
    const body = { id: placeId(`p${n}`), kind: 'building', parent } as const;
    configuration.apply({ op: 'put', resource: 'place', id: `p${n}`, body });
  }
  for (let n = 0; n < 500; n++) {
    addPerson(configuration, `w${n}`, roles[n % 8] ?? 'admin', [`p${n * 4}`]);
    const half = n % 60;
    const times = [`08:${String(half).padStart(2, '0')}`, `20:${String(half).padStart(2, '0')}`];
    const shifts = [`mon-sun ${times[0]}-${times[1]} w${n}`, `mon-sat ${times[1]}-${times[0]} w${n}`];
    addRoster(configuration, `p${n}`, roles[n % 8] ?? 'admin', ...shifts);
  }
  const took = cpuMsOf(() => {
    expect(unrouted(configuration).length).toBeGreaterThan(0);
    expect(rosterGaps(configuration, t0).length).toBeGreaterThan(0);
  });
  expect(took).toBeLessThan(1_000 * slowness());
});
