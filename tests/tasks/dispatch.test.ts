import { describe, expect, it } from 'vitest';
import { type EpochMs, epochMs } from '#model/brand.ts';
import type { Category } from '#model/category.ts';
import type { Configuration } from '#model/configuration.ts';
import { type DispatchQuestion, findWorker } from '#tasks/dispatch.ts';
import { reasonText } from '#tasks/reason-text.ts';
import { addPerson, addRoster, demoConfiguration, personId, placeId, t0 } from '#tests/tasks/support/demo.ts';

const find = (
  configuration: Configuration,
  changes: Partial<DispatchQuestion> = {},
  open: Readonly<Record<string, number>> = {},
) =>
  findWorker(
    { configuration, countOpen: (person) => open[person] ?? 0 },
    {
      place: placeId('b3-0502'),
      role: 'grid-worker',
      category: 'fire',
      skills: [],
      excluded: new Set(),
      at: t0,
      ...changes,
    },
  );
const textOf = ({ because }: ReturnType<typeof find>) => reasonText(because);
const localTime = (text: string): EpochMs => epochMs(Date.parse(`${text}+08:00`));

describe('the person for a task', () => {
  it('is of the role that its category names to stand in', () => {
    const configuration = demoConfiguration();
    addPerson(configuration, 'v-1', 'volunteer', ['c1']);
    const body: Category = { id: 'noise', owner: 'grid-worker', fallback: ['volunteer'] };
    configuration.apply({ op: 'put', resource: 'category', id: body.id, body });
    const excluded = new Set(
      [...configuration.people()].filter(({ role }) => role === 'grid-worker').map(({ id }) => id),
    );
    expect(find(configuration, { category: 'noise', excluded })).toMatchObject({
      person: 'v-1',
      because: [{ code: 'role-missing', roles: ['grid-worker'] }, { code: 'works-there' }],
    });
    expect(find(configuration, { category: 'fire', excluded }).person).not.toBe('v-1');
  });

  it('is on duty by roster for the smallest place that covers it', () => {
    const configuration = demoConfiguration();
    for (const id of ['w-all', 'w-grid', 'w-house']) addPerson(configuration, id, 'grid-worker', ['c1']);
    addRoster(configuration, 'c1', 'grid-worker', 'mon-sun 00:00-24:00 w-all');
    addRoster(configuration, 'g1', 'grid-worker', 'mon-sun 08:00-20:00 w-grid');
    addRoster(configuration, 'b3', 'grid-worker', 'mon-fri 08:00-12:00 w-house');
    addRoster(configuration, 'b4', 'grid-worker', 'mon-sun 00:00-24:00 w-grid');

    const decision = find(configuration, { at: localTime('2026-03-04T10:00') });
    expect(decision).toMatchObject({
      person: 'w-house',
      role: 'grid-worker',
      because: [{ code: 'on-duty', role: 'grid-worker', place: 'b3', from: '08:00', to: '12:00' }],
    });
    expect(textOf(decision)).toBe('on duty by roster: grid-worker for b3, 08:00–12:00');
    expect(find(configuration, { at: localTime('2026-03-04T13:00') }).person).toBe('w-grid');
    expect(find(configuration, { at: localTime('2026-03-07T10:00') }).person).toBe('w-grid');
    expect(find(configuration, { at: localTime('2026-03-04T23:00') }).person).toBe('w-all');
  });

  it('changes with the shift', () => {
    const configuration = demoConfiguration();
    for (const id of ['w-day', 'w-night']) addPerson(configuration, id, 'grid-worker', ['g1']);
    const shifts = ['mon-sun 06:00-22:00 w-day', 'mon-sun 22:00-06:00 w-night'];
    addRoster(configuration, 'g1', 'grid-worker', ...shifts);
    expect(find(configuration, { at: localTime('2026-03-04T21:59:59.999') }).person).toBe('w-day');
    expect(find(configuration, { at: localTime('2026-03-04T22:00') }).person).toBe('w-night');
    expect(find(configuration, { at: localTime('2026-03-05T05:59') }).person).toBe('w-night');
    expect(find(configuration, { at: localTime('2026-03-05T06:00') }).person).toBe('w-day');
  });

  it('is, with nobody on duty, one of the role who works nearest around it', () => {
    const configuration = demoConfiguration();
    addPerson(configuration, 'w-1', 'grid-worker', ['c1']);
    addPerson(configuration, 'w-2', 'grid-worker', ['g2', 'b3']);
    addPerson(configuration, 'w-3', 'grid-worker', ['g1']);
    addRoster(configuration, 'g1', 'grid-worker', 'mon-sun 20:00-21:00 w-3');
    const decision = find(configuration);
    expect(decision).toMatchObject({
      person: 'w-2',
      because: [{ code: 'works-there', role: 'grid-worker', for: 'b3-0502', place: 'b3' }],
    });
    expect(textOf(decision)).toBe(
      'nobody on duty by roster: grid-worker for b3-0502; works as grid-worker at b3',
    );
    expect(find(configuration, { place: placeId('b4') }).person).toBe('w-3');
    expect(find(configuration, { place: placeId('c1') }).person).toBe('w-1');
  });

  it('is the one with more of the skills, then with fewer open tasks, then with the lower id', () => {
    const configuration = demoConfiguration();
    addPerson(configuration, 'w-a', 'grid-worker', ['g1']);
    addPerson(configuration, 'w-b', 'grid-worker', ['g1'], ['fire']);
    addPerson(configuration, 'w-c', 'grid-worker', ['g1'], ['fire', 'first-aid']);
    const skills = ['fire', 'first-aid'];
    const busy = { 'w-a': 1, 'w-c': 9 };
    expect(find(configuration, { skills }, busy)).toMatchObject({ person: 'w-c' });
    expect(textOf(find(configuration, { skills }, busy))).toContain('of 3 by skills fire, first-aid');
    expect(find(configuration, {}, busy)).toMatchObject({ person: 'w-b' });
    expect(textOf(find(configuration, {}, busy))).toContain('fewest open tasks (0)');
    expect(find(configuration)).toMatchObject({ person: 'w-a' });
  });

  it('is found down the chain of roles where nobody has the wanted one, and the reason says so', () => {
    const configuration = demoConfiguration();
    addPerson(configuration, 'w-far', 'grid-worker', ['g2']);
    addPerson(configuration, 'm-li', 'property-manager', ['c1']);
    addPerson(configuration, 'd-1', 'community-duty', ['c1']);
    const decision = find(configuration);
    expect(decision).toMatchObject({ person: 'm-li', role: 'property-manager' });
    expect(textOf(decision)).toMatch(/^no grid-worker, no grid-leader for b3-0502 up to the community; /);
  });

  it('rather works there off duty than has another role', () => {
    const configuration = demoConfiguration();
    addPerson(configuration, 'w-1', 'grid-worker', ['g1']);
    addPerson(configuration, 'l-1', 'grid-leader', ['g1']);
    addRoster(configuration, 'g1', 'grid-leader', 'mon-sun 00:00-24:00 l-1');
    expect(find(configuration).person).toBe('w-1');
  });

  it('is never somebody excluded, unknown or an auditor, whatever the roster says', () => {
    const configuration = demoConfiguration();
    addPerson(configuration, 'w-1', 'grid-worker', ['g1']);
    addPerson(configuration, 'w-2', 'grid-worker', ['g1']);
    addPerson(configuration, 'eye', 'auditor', ['c1']);
    const shifts = ['ghost', 'eye', 'w-1'].map((who) => `mon-sun 00:00-24:00 ${who}`);
    addRoster(configuration, 'b3', 'grid-worker', ...shifts);
    expect(find(configuration).person).toBe('w-1');
    expect(find(configuration, { excluded: new Set([personId('w-1')]) }).person).toBe('w-2');
    expect(find(configuration, { role: 'auditor' }).person).toBeNull();
  });

  it('is nobody, with a reason, in a community without staff', () => {
    const decision = find(demoConfiguration(), { role: 'care-staff' });
    expect(decision).toMatchObject({
      person: null,
      role: null,
      because: [{ code: 'nobody', place: 'b3-0502' }],
    });
    expect(textOf(decision)).toMatch(
      /^nobody: no care-staff, no grid-worker.* for b3-0502 up to the community$/,
    );
  });
});
