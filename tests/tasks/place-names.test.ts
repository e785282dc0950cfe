import { describe, expect, it } from 'vitest';
import type { PlaceKind } from '#model/community.ts';
import type { LocalText } from '#model/text.ts';
import { fillTitle, placeName } from '#tasks/place-names.ts';
import { addResident, alarmOf, demoConfiguration, placeId, t0 } from '#tests/tasks/support/demo.ts';

describe('the name of a place', () => {
  it.each([
    ['b3-0502', 'zh', '3号楼 3-502'],
    ['b3-0601', 'zh', '3号楼 1单元 3-601'],
    ['b3', 'en', 'Building 3'],
    ['b3-0502', 'en', 'Building 3, 3-502'],
    ['g1', 'zh', '第一网格'],
    ['g2', 'zh', 'g2'],
    ['b9', 'en', 'b9'],
    ['c1', 'zh', '联芳一社区'],
    ['nowhere', 'zh', 'nowhere'],
  ] as const)('of %s in %s is %s', (place, language, name) => {
    expect(placeName(demoConfiguration(), placeId(place), language)).toBe(name);
  });
});

it('the name of a place does not say twice what the next name begins with', () => {
  const configuration = demoConfiguration();
  const add = (id: string, name: string, kind: PlaceKind, parent: string) =>
    configuration.apply({
      op: 'put',
      resource: 'place',
      id,
      body: { id: placeId(id), kind, name, parent: placeId(parent) },
    });
  add('b7', '7号楼', 'building', 'g1');
  add('b7-u1', '7号楼一单元', 'unit', 'b7');
  add('b7-701', '7-701', 'room', 'b7-u1');
  add('b8', '8', 'building', 'g1');
  add('b8-801', '801', 'room', 'b8');
  expect(placeName(configuration, placeId('b7-701'), 'zh')).toBe('7号楼一单元 7-701');
  expect(placeName(configuration, placeId('b8-801'), 'zh')).toBe('8 801');
});

describe('a title', () => {
  const configuration = demoConfiguration();
  addResident(configuration, { id: 'r-1', place: placeId('b3-0502'), name: '王秀英' });
  const fill = (title: LocalText, changes: Parameters<typeof alarmOf>[1] = {}) =>
    fillTitle(configuration, title, alarmOf('smoke-alarm', changes)).title;

  it('is filled in each language that it has', () => {
    const title = { zh: '{place} 烟感报警', en: 'Smoke at {place}' };
    expect(fill(title)).toEqual({ zh: '3号楼 3-502 烟感报警', en: 'Smoke at Building 3, 3-502' });
    expect(fill({ zh: '{device}' })).toEqual({ zh: 'smoke-1' });
  });

  it('names the resident, or the place where none is known', () => {
    expect(fill({ zh: '{resident} 按下求助' }, { resident: 'r-1' as never }).zh).toBe('王秀英 按下求助');
    expect(fill({ zh: '{resident} 按下求助' }).zh).toBe('3号楼 3-502 按下求助');
  });

  it('says the newest value that decided, and leaves alone what it does not know', () => {
    const evidence = [
      { property: 'co', value: 120, at: t0 },
      { property: 'co', value: 90, at: 1 as never },
    ];
    expect(fill({ en: '{value} ppm {toString} {other}' }, { evidence }).en).toBe(
      '120 ppm {toString} {other}',
    );
    expect(fill({ en: '{value}' }, { evidence: [] }).en).toBe('–');
  });

  it('says no value that looks into a life: everybody who sees the task reads it', () => {
    const value = (property: string, resident?: 'r-1') =>
      fill(
        { zh: '{value}' },
        {
          evidence: [{ property, value: 140, at: t0 }],
          ...(resident ? { resident: resident as never } : {}),
        },
      ).zh;
    expect(['heart-rate', 'steps', 'motion', 'sos'].map((property) => value(property))).toEqual(
      Array(4).fill('–'),
    );
    expect([value('co'), value('made-up'), value('made-up', 'r-1')]).toEqual(['140', '140', '–']);
  });

  it('has a public twin with the place instead of the name where it names a resident', () => {
    const filled = (title: LocalText, resident: string) =>
      fillTitle(configuration, title, alarmOf('sos-pressed', { resident: resident as never }));
    expect(filled({ zh: '{resident} 按下求助' }, 'r-1')).toEqual({
      title: { zh: '王秀英 按下求助' },
      publicTitle: { zh: '3号楼 3-502 按下求助' },
    });
    expect(filled({ zh: '{place} 烟感报警' }, 'r-1')).toEqual({ title: { zh: '3号楼 3-502 烟感报警' } });
    expect(filled({ zh: '{resident} 按下求助' }, 'r-gone')).toEqual({
      title: { zh: '3号楼 3-502 按下求助' },
    });
  });
});
