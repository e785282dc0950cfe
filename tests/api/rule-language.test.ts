import { describe, expect, it } from 'vitest';
import { environments } from '#rules/language/environment.ts';
import { keyLines } from '#rules/language/explanations.ts';
import { runningApi } from '#tests/api/support/running-api.ts';

describe('the language as an editor gets it', () => {
  it('has a line on every key, function and variable, in both languages, and on none that there is not', async () => {
    await using api = await runningApi({ isEmpty: true });
    const language = (await api.get('admin', '/rules/language')).json();
    const paths = language.keys.map(({ path }: { path: string }) => path);
    expect(paths.toSorted()).toEqual(Object.keys(keyLines).toSorted());
    for (const { lines, name } of [...language.functions, ...language.variables])
      expect(lines, name).toEqual({ en: expect.any(String), zh: expect.any(String) });
    const own = environments.dyn.getDefinitions().functions.filter(({ name, params, receiverType }) => {
      const isOfThePast = params.length > 0 && params.every(({ type }) => type === 'ast');
      return receiverType === null && isOfThePast && name !== 'has';
    });
    expect(language.functions.map(({ name }: { name: string }) => name).toSorted()).toEqual(
      own.map(({ name }) => name).toSorted(),
    );
  });

  it('says of a key what may stand there', async () => {
    await using api = await runningApi({ isEmpty: true });
    const { keys } = (await api.get('admin', '/rules/language')).json();
    const known = new Map(keys.map((key: { path: string }) => [key.path, key]));
    expect(known.get('severity')).toMatchObject({
      required: true,
      forms: ['text'],
      values: ['critical', 'major', 'minor', 'warning'],
    });
    expect(known.get('clear-for')).toMatchObject({ required: false, forms: ['duration'], values: [] });
    expect(known.get('unless')).toMatchObject({ forms: ['list'], values: expect.arrayContaining(['away']) });
    expect(known.get('silent-for')).toMatchObject({
      forms: ['duration', 'text', 'map'],
      values: ['auto', 'expected'],
    });
    expect(known.get('task.escalate.to')).toMatchObject({ values: expect.arrayContaining(['street-duty']) });
    expect(known.get('event')).toMatchObject({ forms: ['flag'] });
  });
});

describe('a check', () => {
  const check = async (text: string) => {
    await using api = await runningApi();
    const answer = await api.send('admin', 'POST', '/rules/check', { text });
    expect(answer.statusCode).toBe(200);
    expect((await api.get('admin', '/rules')).json().items).toEqual([]);
    return answer.json();
  };
  const head = 'category: comfort\nseverity: minor\nproperty: temperature\n';

  it('of a rule that is right gives it back as it would be kept', async () => {
    expect(await check(`id: warm\n${head}when: value > 30\nclear-for: 2m\n`)).toMatchObject({
      rules: [{ id: 'warm', valid: true, problems: [], source: { clearFor: '2m', when: 'value > 30' } }],
      problems: [],
    });
  });

  it.each([
    ['rules: [ {\n', [{ line: 2, column: 1 }]],
    [`id: warm\n${head}when: valeu > 30\nseverty: low\n`, [{ line: 6 }]],
    [`rules:\n  - category: comfort\n  - { id: a, when: value }\n`, [{ line: 2, path: 'id' }, { line: 3 }]],
    [
      'rules:\n  - { id: a }\n  - { id: a }\n',
      [{ line: 2 }, { line: 3, message: expect.stringMatching(/twice/) }],
    ],
  ])('of %j tells what is wrong, and where', async (text, problems) => {
    const answer = await check(text);
    for (const problem of problems) expect(answer.problems).toContainEqual(expect.objectContaining(problem));
    const lines = answer.problems.map(({ line }: { line: number }) => line);
    expect(lines).toEqual(lines.toSorted((a: number, b: number) => a - b));
  });
});
