import { describe, expect, it } from 'vitest';
import { deviceKindCatalogue, propertyCatalogue } from '#model/catalogue.ts';
import type { Language } from '#tests/support/browser/view.ts';
import { conditionTree } from '../../dashboards/console/src/rules/condition-tree.ts';
import type { ConditionWords } from '../../dashboards/console/src/rules/thing-words.ts';
import { truthWords } from '../../dashboards/console/src/rules/truth-words.ts';
import { said } from './support/words.ts';

const wordOr = (language: Language, list: string, name: string): string => {
  try {
    return said(language, `${list}.${name}`);
  } catch {
    return name;
  }
};

/** The words of the console without the console: units are left to the tests of units. */
const wordsIn = (language: Language): ConditionWords => ({
  t: (key, values) => said(language, key, values),
  word: (list, name) => wordOr(language, list, name),
  languageTag: language === 'zh' ? 'zh-CN' : 'en',
  label: (property) => propertyCatalogue.get(property)?.label[language] ?? property,
  value: (property, value) => {
    const own = wordOr(language, 'values', `${property}-${String(value)}`);
    return own.startsWith(property) ? wordOr(language, 'values', String(value)) : own;
  },
  kind: (kind) => deviceKindCatalogue.get(kind)?.label[language] ?? kind,
  number: String,
});
const plain = (language: Language, condition: string, ...subject: readonly string[]): string => {
  const tree = conditionTree(condition);
  if (!tree) throw new Error(`${condition} is no condition`);
  return truthWords(wordsIn(language), subject).say(tree);
};

describe('a condition in plain words', () => {
  it.each([
    ['value == true', 'smoke', 'Smoke is “Detected”', '烟雾为“有烟”'],
    [
      "value >= 33 && last('humidity') > 60",
      'temperature',
      'Temperature is at least 33 and Relative humidity is above 60',
      '温度达到 33 或以上，并且相对湿度高于 60',
    ],
    [
      "rate('temperature', '1m') >= 8",
      'temperature',
      'the rise of Temperature per minute (over 1 minute) is at least 8',
      '温度每分钟的升幅（按1分钟计算）达到 8 或以上',
    ],
    [
      "others('smoke', true, 'building', '2m') >= 1",
      'smoke',
      'the number of other devices of the building with Smoke “Detected” in the last 2 minutes is at least 1',
      '最近2分钟内本楼其他设备烟雾为“有烟”的台数达到 1 或以上',
    ],
    [
      "countWhere('access-result', 'denied', '5m') >= 3",
      'access-result',
      'the number of times Access result was “Denied” in the last 5 minutes is at least 3',
      '最近5分钟内通行结果为“拒绝”的次数达到 3 或以上',
    ],
    [
      "!('lobby' in device.tags) || place.kind == 'unit'",
      'door-open',
      'the device is not tagged “lobby” or the kind of place is unit',
      '设备没有标签“lobby”，或者地点类型为单元',
    ],
    ['35 < value', 'temperature', 'Temperature is above 35', '温度高于 35'],
    [
      'resident.livesAlone && resident.age >= 80',
      'motion',
      'the resident lives alone and the resident’s age is at least 80',
      '居民独居，并且居民年龄达到 80 或以上',
    ],
    [
      "value >= baseline('active-power').mean * 2",
      'active-power',
      'Active power is at least what is usual for Active power at this hour × 2',
      '有功功率达到 有功功率在这个时段的平常值 × 2 或以上',
    ],
  ])('%s', (condition, subject, en, zh) => {
    expect(plain('en', condition, subject)).toBe(en);
    expect(plain('zh', condition, subject)).toBe(zh);
  });

  it("knows a resident's own limit and what counts without one", () => {
    const condition =
      "value >= ('heart-rate' in resident.limits && 'high' in resident.limits['heart-rate'] ? resident.limits['heart-rate'].high : 111)";
    expect(plain('en', condition, 'heart-rate')).toBe(
      'Heart rate is at least the resident’s own upper limit of Heart rate (without one: 111)',
    );
  });

  it('of several properties says each by its name', () => {
    expect(plain('en', "property == 'battery' ? value <= 15 : value == true", 'battery', 'battery-low')).toBe(
      'Battery is at most 15 or Battery low is “Yes”',
    );
    expect(plain('en', "property == 'fall' && value == true", 'fall', 'fall-confirmed')).toBe(
      'Possible fall is “Fall”',
    );
  });

  it('of several that one condition is for names them all, and of many none', () => {
    expect(plain('en', 'value == true', 'fault', 'video-lost')).toBe('Fault or Picture lost is “Yes”');
    expect(plain('zh', 'value == true', 'fault', 'tamper', 'heat', 'flame', 'smoke')).toBe('读数为“是”');
  });

  it('shows what it has no words for as it is written, and never fails', () => {
    expect(plain('en', "value > 30 && device.id.startsWith('x')", 'temperature')).toBe(
      "Temperature is above 30 and `device.id.startsWith('x')`",
    );
    expect(conditionTree('value >')).toBeUndefined();
  });
});
