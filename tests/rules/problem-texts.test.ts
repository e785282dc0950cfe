import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RuleProblem } from '#model/rule.ts';
import { parseRule } from '#rules/language/check-rules.ts';
import { type ProblemCode, problemOf, problemTexts } from '#rules/language/problem-texts.ts';

const base = {
  id: 'x',
  category: 'facilities',
  severity: 'minor',
  property: 'temperature',
  when: 'value > 30',
};
const problemsOf = (source: object): readonly RuleProblem[] => {
  // What is undefined is not there.
  const written = JSON.parse(JSON.stringify({ ...base, ...source })) as Record<string, unknown>;
  const built = parseRule(written);
  return 'problems' in built ? built.problems : [];
};
const habit = { state: 'still', usual: 2, least: '3h', most: '2h' };
const level = (when: string) => ({ when, severity: 'major' });
const silent = { when: undefined, silentFor: '1h' };

/** A rule for each that has just this wrong, or this among others. */
const wrong: Readonly<Partial<Record<ProblemCode, object>>> = {
  'missing-key': { severity: undefined },
  'unknown-key': { colour: 'red' },
  'unknown-property': { property: 'temprature' },
  'not-one-of': { severity: 'bad' },
  'no-duration': { for: 'soon' },
  'wrong-form': { category: 'A B' },
  'wrong-type': { enabled: 'yes' },
  'too-many': { unless: Array(5).fill('away') },
  'too-long': { description: 'x'.repeat(2_001) },
  'wrong-days': { activeHours: { from: '08:00', to: '09:00', days: 'someday' } },
  'duration-too-long': { lateness: '2d' },
  'duration-too-short': { when: undefined, silentFor: '0s' },
  'any-property': { property: '*' },
  'needs-condition': { when: undefined },
  exclusive: { silentFor: '1h' },
  'no-meaning': { event: true, for: '1m' },
  'gap-too-long': { for: '1m', forGap: '2m' },
  'least-over-most': { ...silent, silentFor: habit, key: 'resident' },
  'habit-of-nobody': { ...silent, silentFor: { ...habit, most: '9h' } },
  'habit-of-anything': { ...silent, property: '*', silentFor: { ...habit, most: '9h' }, key: 'resident' },
  'expected-of-many': { ...silent, silentFor: 'expected', key: 'room' },
  'key-not-by-device': { key: { by: 'room', and: 'smoke' } },
  'silence-of-values': { ...silent, key: { by: 'device', and: 'smoke' } },
  'never-true': { when: 'value > 30 && value < 20' },
  'never-true-clear': { clear: 'value > 30 && value < 20' },
  'always-true': { when: 'value > 1 || value < 2' },
  'clear-never-reached': { clear: 'value > 35' },
  'level-never-reached': { levels: [level('value >= 50'), level('value >= 54')] },
  'level-never-true': { levels: [level('value < 20')] },
};

describe('what is wrong with a rule', () => {
  it.each(Object.entries(wrong))('has the code %s, and its parts beside the text', (code, source) => {
    const found = problemsOf(source).find((problem) => problem.code === code);
    expect(found, JSON.stringify(problemsOf(source))).toBeDefined();
    const { message, params } = found ?? { message: '', params: {} };
    expect(problemOf(code as ProblemCode, params)).toEqual({ code, params, message });
    expect(message).not.toMatch(/\{\w+\}/);
  });

  it.each(['zh', 'en'])('is said in %s for each code', (language) => {
    const path = `dashboards/console/src/i18n/locales/${language}/rule-problems.json`;
    const words = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
    expect(Object.keys(words)).toEqual(Object.keys(problemTexts));
    const parts = (text: string | undefined) => [...new Set(text?.match(/\{\w+\}/g))].sort();
    for (const [code, text] of Object.entries(problemTexts))
      expect(parts(words[code]), code).toEqual(parts(text));
  });

  it('is left in the words of CEL where they are not ours', () => {
    const [problem] = problemsOf({ when: 'valeu > 30' });
    expect(problem).toMatchObject({ path: 'when', message: expect.stringContaining('valeu') });
    expect(problem?.code).toBeUndefined();
  });
});
