import { describe, expect, it } from 'vitest';
import { hashSecret, newSecret } from '#model/secrets.ts';
import { runningApi } from '#tests/api/support/running-api.ts';

describe('how much may be written', () => {
  it('is bounded for each account by itself, reading is not', async () => {
    await using api = await runningApi({ writesPerMinute: 3 });
    const write = (account: string) => api.send(account, 'POST', '/alarms/none/acknowledge', {});
    for (let n = 0; n < 3; n++) expect((await write('p-worker')).statusCode).toBe(404);
    const refused = await write('p-worker');
    expect(refused.json()).toMatchObject({ code: 'too-many-requests', status: 429, retry: true });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await api.get('p-worker', '/alarms')).statusCode).toBe(200);
    expect((await write('p-care')).statusCode).toBe(404);
    for (let n = 0; n < 10; n++) expect((await write('admin')).statusCode).toBe(404);
  });

  it('is not bounded for API tokens of admins and for the operator', async () => {
    await using api = await runningApi({ writesPerMinute: 1 });
    const asToken = async (role: 'admin' | 'grid-worker') => {
      const token = newSecret();
      const body = { id: role, name: role, tokenHash: hashSecret(token), role, places: [] };
      api.write((writer) =>
        writer.applyChange({ op: 'put', resource: 'api-token', id: role, body }, api.wall.at),
      );
      const codes: number[] = [];
      for (let n = 0; n < 12; n++) {
        const answer = await api.app.inject({
          method: 'POST',
          url: '/api/v1/alarms/none/acknowledge',
          headers: { authorization: `Bearer ${token}` },
          payload: {},
        });
        codes.push(answer.statusCode);
      }
      return codes;
    };
    expect(new Set(await asToken('admin'))).toEqual(new Set([404]));
    expect((await asToken('grid-worker')).slice(0, 2)).toEqual([404, 429]);
    await using operator = await runningApi({ writesPerMinute: 1, trustedOperator: true, isEmpty: true });
    for (let n = 0; n < 12; n++)
      expect((await operator.send('admin', 'POST', '/alarms/none/acknowledge', {})).statusCode).toBe(404);
  });
});
