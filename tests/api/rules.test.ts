import { describe, expect, it } from 'vitest';
import { type RunningApi, runningApi } from '#tests/api/support/running-api.ts';

const put = (api: RunningApi, url: string, yaml: string) =>
  api.call('admin', {
    method: 'PUT',
    url: `/api/v1${url}`,
    headers: { 'content-type': 'application/yaml' },
    payload: yaml,
  });

const head = 'category: comfort, severity: minor, property: temperature';
const file = `rules:
  - { id: warm, ${head}, when: value > 30, clear-for: 2m }
  - id: broken
    category: comfort
    severity: minor
    property: temperature
    when: valeu > 30
`;

describe('a rule file', () => {
  it('is stored whole: the broken rule is shown with line and column, the others are valid', async () => {
    await using api = await runningApi();
    const answer = await put(api, '/rules', file);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      items: [
        { id: 'warm', version: 1, valid: true, problems: [], error: null, clearFor: '2m' },
        {
          id: 'broken',
          valid: false,
          problems: [{ rule: 'broken', path: 'when', line: 7, column: 11 }],
          error: expect.stringMatching(/^when: .*valeu/),
        },
      ],
      next: null,
    });
    const [broken, warm] = (await api.get('admin', '/rules')).json().items;
    expect([broken, warm]).toEqual(answer.json().items.toReversed());
    const text = 'id: broken\ncategory: comfort\nseverity: minor\nproperty: temperature\nwhen: valeu > 30\n';
    expect((await api.get('admin', '/rules/broken')).json()).toEqual({ ...broken, text });
  });

  it('changes nothing the second time, deletes nothing, and mends what was broken', async () => {
    await using api = await runningApi();
    await put(api, '/rules', file);
    const before = api.engine.executed.length;
    expect((await put(api, '/rules', file)).json().items[0].version).toBe(1);
    expect(api.engine.executed.length).toBe(before);
    const mended = await api.send('admin', 'PUT', '/rules', {
      rules: [
        { id: 'broken', category: 'comfort', severity: 'minor', property: 'temperature', when: 'value > 1' },
      ],
    });
    expect(mended.json().items).toMatchObject([{ id: 'broken', version: 2, valid: true, error: null }]);
    expect((await api.get('admin', '/rules')).json().items).toHaveLength(2);
  });

  it('does not take a broken rule over in the place of one that works', async () => {
    await using api = await runningApi();
    await put(api, '/rules', file);
    const answer = await put(api, '/rules', file.replace('value > 30', 'valu > 30'));
    expect(answer.json().items[0]).toMatchObject({
      id: 'warm',
      version: 1,
      valid: true,
      when: 'value > 30',
      error: expect.stringMatching(/^not taken over: when: .*valu/),
    });
    expect((await api.get('admin', '/rules/warm')).json()).toMatchObject({
      valid: true,
      when: 'value > 30',
      error: null,
    });
  });

  it('takes JSON with kebab-case and with camelCase keys', async () => {
    await using api = await runningApi();
    const rule = {
      id: 'warm',
      category: 'comfort',
      severity: 'minor',
      property: 'temperature',
      when: 'value > 30',
    };
    for (const key of ['clear-for', 'clearFor']) {
      const answer = await api.send('admin', 'PUT', '/rules', { rules: [{ ...rule, [key]: '2m' }] });
      expect(answer.json().items).toMatchObject([{ valid: true, clearFor: '2m', version: 1 }]);
    }
  });

  it.each([
    ['rules:\n  - { category: comfort }\n', 'rules[0].id', /missing.*line 2/],
    ['rules: [ { id: a }, { id: a } ]\n', 'rules[1].id', /twice/],
    ['rules: [ { id: "a b" } ]\n', 'rules[0].id', /letters/],
    ['rules: [ 3 ]\n', 'rules[0].id', /missing/],
    ['rules: [ {\n', 'line 2, column 1', /YAML/],
    ['rules:\n  - { id: a, when: *nowhere }\n', 'line 2, column 5', /YAML: .*nowhere/],
    ['hello: 1\n', 'line 1, column 1', /list under/],
  ])('%j is refused with 400 and nothing of it is stored', async (yaml, path, message) => {
    await using api = await runningApi();
    const answer = await put(api, '/rules', yaml);
    expect(answer.statusCode, answer.body).toBe(400);
    expect(answer.json().issues[0]).toMatchObject({ path, message: expect.stringMatching(message) });
    expect((await api.get('admin', '/rules')).json().items).toEqual([]);
  });
});

describe('an installation', () => {
  it('takes 2,000 rules, and goes on to take changes of those', async () => {
    await using api = await runningApi();
    const rules = Array.from({ length: 2_000 }, (_, index) => ({ id: `r${index}`, enabled: false }));
    expect((await api.send('admin', 'PUT', '/rules', { rules })).statusCode).toBe(200);
    for (const [url, body] of [
      ['/rules/one-more', { enabled: false }],
      ['/rules', { rules: [{ id: 'r1', enabled: true }, { id: 'one-more' }] }],
    ] as const) {
      const answer = await api.send('admin', 'PUT', url, body);
      expect(answer.json()).toMatchObject({ status: 409, code: 'limit-reached' });
      expect(answer.json().detail).toMatch(/at most 2000/);
    }
    expect((await api.send('admin', 'PUT', '/rules/r1', { enabled: true })).statusCode).toBe(200);
    expect((await api.get('admin', '/rules/one-more')).statusCode).toBe(404);
  });

  it('takes no rule that is longer than one may be, whatever is in it', async () => {
    await using api = await runningApi();
    const long = `when: value\nnote: ${'x'.repeat(100_000)}`;
    expect((await put(api, '/rules/long', long)).json().detail).toMatch(/at most 100000/);
    const answer = await put(
      api,
      '/rules',
      `rules:\n  - id: short\n  - id: long\n    note: ${'x'.repeat(100_000)}`,
    );
    expect(answer.json().issues).toMatchObject([
      { message: expect.stringMatching(/at most 100000.*line 3/) },
    ]);
    expect((await api.get('admin', '/rules')).json().items).toEqual([]);
  });
});

describe('a single rule', () => {
  it('is no null, number, text, list or nothing: that is refused, and nothing is stored', async () => {
    await using api = await runningApi();
    for (const payload of ['null', '3', 'true', '"warm"', '[]', '[1]', '{}', '{"version":3}', ''])
      for (const type of ['application/json', 'application/yaml', 'text/plain']) {
        const answer = await api.call('admin', {
          method: 'PUT',
          url: '/api/v1/rules/q',
          headers: { 'content-type': type },
          payload,
        });
        expect(answer.statusCode, `${payload} as ${type}: ${answer.body}`).toBe(400);
        expect(answer.json().detail).not.toBe('');
      }
    expect((await api.get('admin', '/rules')).json().items).toEqual([]);
  });

  it('that nests without end, or unfolds by aliases, is refused as YAML too', async () => {
    await using api = await runningApi();
    for (const open of ['[', '- ', '{a: '])
      for (const depth of [100, 8_000]) {
        const answer = await put(api, '/rules/q', `name: ${open.repeat(depth)}`);
        expect(answer.statusCode, answer.body).toBe(400);
      }
    const aliases = Array.from({ length: 99 }, (_, n) => `k${n}: *a\n`).join('');
    const bomb = await put(api, '/rules/q', `name: &a [${'1,'.repeat(9_000)}]\n${aliases}`);
    expect(bomb.statusCode).toBe(400);
    expect(bomb.json().detail).toMatch(/aliases unfold/);
    expect((await api.get('admin', '/rules')).json().items).toEqual([]);
  });

  it('that is broken is kept and shown when its id is new', async () => {
    await using api = await runningApi();
    const answer = await put(api, '/rules/new', `${head.replaceAll(', ', '\n')}\nwhen: value >\n`);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ id: 'new', valid: false, problems: [{ path: 'when', line: 4 }] });
    const again = await api.send('admin', 'PUT', '/rules/new', { when: 'value > 2' });
    expect(again.statusCode).toBe(200);
    expect(again.json()).toMatchObject({ valid: false, version: 2 });
    expect(again.json().problems[0].line).toBeNull();
  });

  it('that is broken does not take the place of a valid one', async () => {
    await using api = await runningApi();
    await put(api, '/rules', file);
    const answer = await put(
      api,
      '/rules/warm',
      `id: warm\n${head.replaceAll(', ', '\n')}\nwhen: valeu > 1\n`,
    );
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({
      code: 'invalid-rule',
      problems: [{ path: 'when', line: 5, column: 7 }],
    });
    expect((await api.get('admin', '/rules/warm')).json()).toMatchObject({ version: 1, when: 'value > 30' });
  });

  it('may come back as GET gave it', async () => {
    await using api = await runningApi();
    await put(api, '/rules', file);
    for (const id of ['warm', 'broken']) {
      const shown = (await api.get('admin', `/rules/${id}`)).json();
      const back = await api.send('admin', 'PUT', `/rules/${id}`, shown);
      expect(back.json()).toMatchObject({ valid: shown.valid, version: 1 });
    }
  });
});

describe('all rules', () => {
  it('are deleted only by who says so', async () => {
    await using api = await runningApi();
    await put(api, '/rules', file);
    const refused = await api.send('admin', 'DELETE', '/rules');
    expect(refused.statusCode).toBe(400);
    expect(refused.json().detail).toContain('all=true');
    expect((await api.send('admin', 'DELETE', '/rules?all=true')).statusCode).toBe(204);
    expect((await api.get('admin', '/rules')).json().items).toEqual([]);
  });
});
