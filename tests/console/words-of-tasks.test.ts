import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dispositions } from '#model/alarm.ts';
import { Reason } from '#model/reason.ts';
import { taskStates } from '#model/task.ts';
import { noteActions, taskActions } from '#tasks/transitions.ts';

type Words = Readonly<Record<string, string>>;
const wordsIn = (language: string, list: string): Words =>
  JSON.parse(readFileSync(`dashboards/console/src/i18n/locales/${language}/${list}.json`, 'utf8')) as Words;

describe.each(['zh', 'en'])('in %s, tasks have words', (language) => {
  it('for every reason of a decision', () => {
    const words = wordsIn(language, 'reasons');
    const codes = Reason.anyOf.map(({ properties }) => String(properties.code.const));
    expect(codes.filter((code) => words[code] === undefined)).toEqual([]);
  });

  it('for every state, every action and everything that a history says', () => {
    const lacking = (list: string, names: readonly string[]) =>
      names.filter((name) => wordsIn(language, list)[name] === undefined);
    expect(lacking('task-states', taskStates)).toEqual([]);
    expect(lacking('task-actions', taskActions)).toEqual([]);
    expect(lacking('task-history', [...taskActions, ...noteActions])).toEqual([]);
    expect(lacking('dispositions', dispositions)).toEqual([]);
  });
});
