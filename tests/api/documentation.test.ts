import { readFileSync } from 'node:fs';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '#model/errors.ts';
import { routesOf, runningApi } from '#tests/api/support/running-api.ts';

const page = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

async function document() {
  await using api = await runningApi({ isEmpty: true });
  const answer = await api.app.inject('/api/openapi.json');
  const { openapi, paths }: { openapi: string; paths: Record<string, Record<string, Operation>> } =
    answer.json();
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      name: `${method} ${path}`,
      path,
      method,
      operation,
    })),
  );
  return { openapi, operations };
}

describe('the OpenAPI document', () => {
  it('is 3.1 and describes every route with summary, parameters, body and answers', async () => {
    const { openapi, operations } = await document();
    expect(openapi).toBe('3.1.0');
    expect(operations.length).toBeGreaterThan(70);
    for (const { name, path, method, operation } of operations) {
      expect(operation.summary, name).toBeTruthy();
      expect(operation.tags, name).toHaveLength(1);
      const answered = Object.keys(operation.responses);
      expect(
        answered.some((status) => status.startsWith('2')),
        name,
      ).toBe(true);
      expect(answered, name).toContain('default');
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, key]) => String(key)).toSorted();
      const declared = (operation.parameters ?? [])
        .filter((each) => each.in === 'path')
        .map((each) => each.name);
      expect(declared.toSorted(), name).toEqual(inPath);
      if (method === 'put' || method === 'patch') expect(operation.requestBody, name).toBeDefined();
    }
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('holds only schemas that a JSON Schema compiler takes, and no reference that leads nowhere', async () => {
    const { operations } = await document();
    for (const { name, operation } of operations) {
      const schemas = [
        ...(operation.parameters ?? []).map(({ schema }) => schema),
        ...Object.values(operation.requestBody?.content ?? {}).map(({ schema }) => schema),
        ...Object.values(operation.responses).flatMap(({ content }) =>
          Object.values(content ?? {}).map(({ schema }) => schema),
        ),
      ];
      for (const schema of schemas) {
        expect(JSON.stringify(schema), name).not.toContain('$ref');
        expect(() => Compile(schema), name).not.toThrow();
      }
    }
  });

  it('marks exactly the open routes as needing no security', async () => {
    const { operations } = await document();
    const open = operations
      .filter(({ operation }) => operation.security?.length === 0)
      .map(({ name }) => name);
    expect(open.sort()).toEqual([
      'get /api/docs',
      'get /api/docs/errors',
      'get /api/openapi.json',
      // Their token is in the path.
      'get /api/v1/ingest/hikvision/{device}/{token}',
      'get /api/v1/links/{token}',
      'get /api/v1/public/indicators',
      'get /api/v1/reports/form',
      'get /api/v1/track/{code}',
      'get /api/v1/track/{code}/photos/{photo}',
      'get /health/live',
      'get /health/ready',
      'get /metrics',
      'post /api/v1/ingest/hikvision/{device}/{token}',
      'post /api/v1/links/{token}',
      'post /api/v1/reports',
      'post /api/v1/reports/photos',
      'post /api/v1/session',
      'post /api/v1/track/{code}/evaluate',
      'post /api/v1/track/{code}/reopen',
    ]);
  });

  it('fits what the API really answers', async () => {
    await using api = await runningApi();
    const { operations } = await document();
    for (const path of [
      '/places',
      '/people',
      '/residents',
      '/rosters',
      '/categories',
      '/devices',
      '/users',
      '/session',
      '/clock',
      '/listeners',
      '/task-transitions',
      '/coverage',
      '/audit',
    ]) {
      const operation = operations.find(({ name }) => name === `get /api/v1${path}`)?.operation;
      const schema = operation?.responses['200']?.content?.['application/json']?.schema;
      const answer = (await api.get('admin', path)).json();
      expect([...Compile(schema ?? false).Errors(answer)], path).toEqual([]);
    }
  });
});

describe('the pages', () => {
  it('render without anything from elsewhere and without script', async () => {
    await using api = await runningApi({ isEmpty: true });
    for (const url of ['/api/docs', '/api/docs/errors']) {
      const answer = await api.app.inject(url);
      expect(answer.headers['content-type']).toContain('text/html');
      expect(answer.body).not.toMatch(/<script|https?:\/\//);
    }
    const docs = (await api.app.inject('/api/docs')).body;
    expect(docs).toContain('/api/v1/tasks/{id}/{action}');
    const errors = (await api.app.inject('/api/docs/errors')).body;
    for (const code of Object.keys(errorCodes)) expect(errors).toContain(`id="${code}"`);
  });

  it('docs/errors.md lists every code with its status, and no other', () => {
    const rows = [...page('errors.md').matchAll(/^\| `([a-z-]+)` \| (\d{3}) \| (yes|no) \|/gm)];
    const listed = rows.map(([, code, status, retry]) => ({
      code,
      status: Number(status),
      retry: retry === 'yes',
    }));
    expect(listed).toEqual(
      Object.entries(errorCodes).map(([code, { status, retry }]) => ({ code, status, retry })),
    );
  });

  it('docs/api.md lists every route, and no other', async () => {
    await using api = await runningApi({ isEmpty: true });
    const listed = [...page('api.md').matchAll(/^\| `([A-Z]+ \/\S*)` \|/gm)].map(([, route]) =>
      String(route),
    );
    expect(listed.toSorted()).toEqual([...routesOf(api.app)].toSorted());
  });
});
