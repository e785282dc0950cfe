import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { Category, completeCategory, usualFields } from '#model/category.ts';
import { Configuration } from '#model/configuration.ts';
import { defaultCategories } from '#model/default-categories.ts';
import { parseLimit } from '#model/limit.ts';
import { roles } from '#model/role.ts';
import { dutyChain } from '#tasks/duty-roles.ts';

const check = Compile(Category);

describe('a category', () => {
  it('needs a code and an owner; everything else has a default', () => {
    const noise = { id: 'noise', owner: 'grid-worker' } as const;
    expect(check.Check(noise)).toBe(true);
    expect(completeCategory(noise)).toEqual({
      id: 'noise',
      name: { zh: 'noise', en: 'noise' },
      owner: 'grid-worker',
      fallback: ['grid-leader', 'property-manager', 'community-duty', 'street-duty', 'admin'],
      limits: {},
      dispatch: 'assign',
      evidence: [],
      checklist: [],
      verifiers: ['property-manager', 'grid-leader'],
      selfVerify: null,
      autoClose: null,
      reopenWithin: '7d',
      fields: usualFields,
      ladder: null,
    });
  });

  it('has limits in time that passes, in working hours and in working days', () => {
    expect(parseLimit('15m')).toEqual({ kind: 'elapsed', ms: 900_000 });
    expect(parseLimit('4wh')).toEqual({ kind: 'working-hours', hours: 4 });
    expect(parseLimit('1.5wd')).toEqual({ kind: 'working-days', days: 1.5 });
    for (const text of ['soon', '4 wh', 'wd', '']) expect(parseLimit(text), text).toBeUndefined();
  });

  it.each([
    { id: 'Noise', owner: 'grid-worker' },
    { id: 'noise', owner: 'mayor' },
    { id: 'noise', owner: 'grid-worker', limits: { accept: 'soon' } },
    { id: 'noise', owner: 'grid-worker', evidence: ['rumour'] },
    { id: 'noise', owner: 'grid-worker', verifiers: [] },
  ])('is refused as %o', (category) => {
    expect(check.Check(category)).toBe(false);
  });
});

describe('the categories that Gridbell comes with', () => {
  it('are those of the domain, sound, each with names, an owner and its limits', () => {
    expect(defaultCategories.map(({ id }) => id)).toEqual([
      'fire',
      'elderly-care',
      'access-security',
      'environment',
      'facilities',
      'lift',
      'device-maintenance',
      'resident-report',
      'dispute',
    ]);
    for (const category of defaultCategories) {
      expect(check.Check(category), category.id).toBe(true);
      for (const limit of Object.values(category.limits)) expect(parseLimit(limit)).toBeDefined();
    }
  });

  it('count where none stands, and one that stands counts instead', () => {
    const configuration = new Configuration();
    expect(configuration.category('elderly-care').owner).toBe('care-staff');
    expect(configuration.category('never-heard-of').owner).toBe('grid-worker');
    const body: Category = { id: 'elderly-care', owner: 'volunteer', fallback: ['care-staff'] };
    configuration.apply({ op: 'put', resource: 'category', id: body.id, body });
    expect(configuration.category('elderly-care')).toMatchObject(body);
    configuration.apply({ op: 'delete', resource: 'category', id: body.id });
    expect(configuration.category('elderly-care').owner).toBe('care-staff');
  });
});

describe('who stands in', () => {
  it('is for the category to say where its owner is wanted, and usual where a rule wants somebody else', () => {
    const category = completeCategory({
      id: 'noise',
      owner: 'volunteer',
      fallback: ['grid-leader', 'auditor'],
    });
    expect(dutyChain('volunteer', category)).toEqual(['volunteer', 'grid-leader']);
    expect(dutyChain('care-staff', category)).toEqual(dutyChain('care-staff'));
    expect(dutyChain('auditor', category)).toEqual([]);
    for (const role of roles.filter((each) => each !== 'auditor')) expect(dutyChain(role)[0]).toBe(role);
  });
});
