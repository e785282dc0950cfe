import { expect, it } from 'vitest';
import { hashSecret } from '#model/secrets.ts';
import { runningApi, start } from './support/running-api.ts';

it('flows may look at how they are, whatever their role, and neither start nor stop themselves, nor put back what they were', async () => {
  await using api = await runningApi();
  const { tokenId } = api.platform.flows;
  const body = {
    id: tokenId,
    name: tokenId,
    role: 'admin' as const,
    places: [],
    tokenHash: hashSecret('secret'),
  };
  api.write((writer) => writer.applyChange({ op: 'put', resource: 'api-token', id: tokenId, body }, start));
  const ask = (method: 'GET' | 'POST', path: string) =>
    api.app.inject({ method, url: `/api/v1/flows${path}`, headers: { authorization: 'Bearer secret' } });
  expect((await ask('GET', '')).statusCode).toBe(200);
  for (const path of ['/start', '/stop', '/safe-mode', '/versions/x/put-back']) {
    const answer = await ask('POST', path);
    expect([path, answer.statusCode, answer.json<{ code: string }>().code]).toEqual([
      path,
      403,
      'not-allowed',
    ]);
  }
});
