import { describe, expect, it } from 'vitest';
import { CommunityFile } from '#model/community.ts';
import { RuleSource } from '#model/rule.ts';
import { runningApi } from '#tests/api/support/running-api.ts';

type Schema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const types = ({ type }: Schema): readonly unknown[] => (Array.isArray(type) ? type : [type]);

/** A pattern from end to end in which nothing repeats without limit. */
const isBounded = (pattern: unknown): boolean =>
  typeof pattern === 'string' &&
  pattern.split('|').every((part) => part.startsWith('^') && part.endsWith('$')) &&
  !/[*+]|\{\d+,\}/.test(pattern);

/** Texts, lists and maps of any names in a schema that may be as long as somebody likes, by their path. */
function unbounded(schema: unknown, path: string): readonly string[] {
  if (!isSchema(schema)) return [];
  const here: string[] = [];
  const isChosen = 'enum' in schema || 'const' in schema;
  if (
    types(schema).includes('string') &&
    !isChosen &&
    !('maxLength' in schema) &&
    !isBounded(schema['pattern'])
  )
    here.push(path);
  if (types(schema).includes('array') && !('maxItems' in schema)) here.push(`${path}[]`);
  const isOpen =
    'patternProperties' in schema ||
    (types(schema).includes('object') && schema['additionalProperties'] !== false);
  if (isOpen && !('maxProperties' in schema)) here.push(`${path}{}`);
  // Whatever it is: only where a limit of another kind is named below.
  if (Object.keys(schema).every((key) => key === 'description' || key === 'title')) here.push(`${path}?`);
  const below = [
    ...Object.entries({ ...(schema['properties'] as Schema) }).map(([name, part]) => [
      `${path}.${name}`,
      part,
    ]),
    ...Object.values({ ...(schema['patternProperties'] as Schema) }).map((part) => [`${path}.*`, part]),
    ...[schema['additionalProperties']].map((part) => [`${path}.*`, part]),
    ...[schema['items']].map((part) => [`${path}[]`, part]),
    ...[...list(schema['anyOf']), ...list(schema['oneOf']), ...list(schema['allOf'])].map((part) => [
      path,
      part,
    ]),
  ];
  return [...here, ...below.flatMap(([name, part]) => unbounded(part, String(name)))];
}

async function inputs(): Promise<readonly [name: string, schema: unknown][]> {
  await using api = await runningApi({ isEmpty: true });
  const { paths } = (await api.app.inject('/api/openapi.json')).json() as {
    paths: Record<string, Record<string, Schema>>;
  };
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) => {
      const route = `${method.toUpperCase()} ${path.replace('/api/v1', '')}`;
      const { content = {} } = { ...(operation['requestBody'] as Schema) } as {
        content?: Record<string, Schema>;
      };
      const [body] = Object.values(content);
      return [
        ...(body ? [[route, body['schema']] as [string, unknown]] : []),
        ...list(operation['parameters'])
          .filter(isSchema)
          .map((each): [string, unknown] => [`${route} ?${String(each['name'])}`, each['schema']]),
      ];
    }),
  );
}

const free = '16 KiB as JSON for the list';
/** Each with what bounds it instead. */
const otherwiseBounded: Readonly<Record<string, string>> = {
  'PUT /rules{}': 'the limit of a body; each rule by its own schema and mostRuleBytes',
  'PUT /rules/{id}{}': 'the same',
  'POST /mappings/try.mapping?': 'the limit of a body of 1 MiB; read by its own schema',
  'POST /mappings/try.samples[].payload?': 'the limit of a body of 1 MiB',
  'POST /mappings/suggest.samples[].payload?': 'the same',
  'POST /rules/{id}/backtest.rule{}': 'the same',
  'POST /import': 'the limit of a body of its own; what is in it by the schema of a community file',
  'POST /import{}': 'the same',
  'POST /devices/claims': 'the limit of a body of its own; what is in it by the schema of a claim',
  'POST /devices/claims{}': 'the same',
  'POST /devices/{id}/command.args{}': '16 KiB as JSON',
  'POST /devices/{id}/command.args.*?': 'the same',
  'POST /devices/{id}/command/confirmation.args{}': 'the same',
  'POST /devices/{id}/command/confirmation.args.*?': 'the same',
  'POST /residents.contacts[].*?': free,
  'POST /residents.consents[].*?': free,
  'PATCH /residents/{id}.contacts[].*?': free,
  'PATCH /residents/{id}.consents[].*?': free,
};

describe('what comes in', () => {
  it('is bounded on every route: each text, each list, each map', async () => {
    const all = await inputs();
    expect(all.length).toBeGreaterThan(100);
    const found = all.flatMap(([name, schema]) => unbounded(schema, name));
    expect(found.filter((path) => !(path in otherwiseBounded))).toEqual([]);
    expect(Object.keys(otherwiseBounded).filter((path) => !found.includes(path))).toEqual([]);
  });

  it('is bounded in a rule and in a community file', () => {
    expect(unbounded(RuleSource, 'rule')).toEqual([]);
    expect(unbounded(CommunityFile, 'file')).toEqual([
      'file.residents[].contacts[].*?',
      'file.residents[].consents[].*?',
    ]);
  });

  it('is refused with the limit in the reason', async () => {
    await using api = await runningApi();
    const asked: [method: 'PUT' | 'PATCH' | 'DELETE', url: string, body: object, reason: RegExp][] = [
      ['PUT', '/modes', { target: 'b3', mode: 'drill', reason: 'x'.repeat(501) }, /reason .*500/],
      ['PATCH', '/residents/r-0502', { contacts: [{ note: 'x'.repeat(17_000) }] }, /contacts .*16384/],
      ['PATCH', '/places/b3', { tags: Array(101).fill('x') }, /tags .*100/],
      ['PATCH', '/places/b3', { name: { zh: 'x'.repeat(201) } }, /name.* 200/],
      ['DELETE', '/modes', { target: 'b3', mode: 'drill', colour: 'red' }, /colour is not known/],
      ['PUT', '/rules/long', { when: 'value', description: 'x'.repeat(100_000) }, /at most 100000/],
    ];
    for (const [method, url, body, reason] of asked) {
      const answer = await api.send('admin', method, url, body);
      expect(answer.statusCode, `${url} ${answer.body}`).toBe(400);
      expect(answer.json().detail, url).toMatch(reason);
    }
  });

  it('is looked at closely enough: what has no limit is found', () => {
    const open = {
      type: 'object',
      properties: { a: { type: 'array', items: { type: ['string', 'null'] } } },
    };
    expect(unbounded(open, 'x')).toEqual(['x{}', 'x.a[]', 'x.a[]']);
    expect(unbounded({ type: 'string', pattern: '^a{1,64}$' }, 'x')).toEqual([]);
    for (const pattern of ['^a+$', 'a{1,64}', '^a{2,}$', '^a$|b'])
      expect(unbounded({ type: 'string', pattern }, 'x')).toEqual(['x']);
    expect(unbounded({ anyOf: [{ type: 'string', format: 'date-time' }, {}] }, 'x')).toEqual(['x', 'x?']);
  });
});
