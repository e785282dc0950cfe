import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { open } from '#api/authorization/access.ts';
import { registerAuthorization } from '#api/authorization/authorize.ts';
import { type Role, roles } from '#model/role.ts';
import { type RouteRow, routeTable } from '#tests/api/support/route-table.ts';
import { accountOf, type RunningApi, routesOf, runningApi } from '#tests/api/support/running-api.ts';

const requestOf = ({ route, url, body }: RouteRow) => {
  const [method, path = ''] = route.split(' ');
  const payload = body ?? (method === 'GET' || method === 'DELETE' ? undefined : {});
  return {
    method: method as 'GET',
    url: url ?? path.replace(':id', 'nothing').replace(':action', 'accept'),
    ...(payload === undefined ? {} : { payload: payload as object }),
  };
};
/** A stream does not, and after signing out the rest of the table would be answered 401. */
const endsByItself = ({ route }: RouteRow): boolean =>
  route !== 'GET /api/v1/stream' && route !== 'DELETE /api/v1/session';

const mayCall = (role: Role, row: RouteRow): boolean =>
  row.roles === 'open' ||
  row.roles === 'signed-in' ||
  (row.roles !== 'operator' && row.roles !== 'device' && row.roles.includes(role));

async function statusOf(api: RunningApi, account: string | null, row: RouteRow): Promise<number> {
  return (await api.call(account, requestOf(row))).statusCode;
}

describe('who may call what', () => {
  it('has a row for every route that exists, and no other', async () => {
    await using api = await runningApi();
    expect([...routesOf(api.app)].sort()).toEqual(routeTable.map(({ route }) => route).sort());
  });

  it('answers 401 to nobody on every route that is not open', async () => {
    await using api = await runningApi();
    for (const row of routeTable) {
      const status = await statusOf(api, null, row);
      if (row.roles === 'open') expect(status, row.route).not.toBe(401);
      else expect(status, row.route).toBe(401);
    }
  });

  it('answers 403 to each role that may not, and something else to each that may', async () => {
    await using api = await runningApi();
    const answers: Record<string, unknown> = {};
    for (const row of routeTable) {
      const allowed = roles.filter((role) => mayCall(role, row));
      for (const role of roles.filter((each) => !allowed.includes(each)))
        answers[`${role} ${row.route}`] = [
          row.roles === 'device' ? 401 : 403,
          await statusOf(api, accountOf[role], row),
        ];
      for (const role of endsByItself(row) ? allowed : []) {
        const status = await statusOf(api, accountOf[role], row);
        const isAnswer = status !== 403 && status < 500 && (status !== 401 || row.roles === 'open');
        answers[`${role} ${row.route}`] = [true, isAnswer];
      }
    }
    const wrong = Object.entries(answers).filter(([, pair]) => Array.isArray(pair) && pair[0] !== pair[1]);
    expect(wrong).toEqual([]);
    expect(Object.keys(answers).length).toBeGreaterThan(routeTable.length * 8);
  });

  it('answers 403 for the role before it looks at the body', async () => {
    await using api = await runningApi();
    const answer = await api.call(accountOf.auditor, {
      method: 'POST',
      url: '/api/v1/places',
      headers: { 'content-type': 'application/json' },
      payload: '{ this is no JSON',
    });
    expect(answer.statusCode).toBe(403);
  });

  it('lets the operator of the socket do everything, without any sign-in', async () => {
    await using api = await runningApi({ trustedOperator: true });
    expect((await api.call(null, { method: 'GET', url: '/api/v1/users' })).statusCode).toBe(200);
    const granted = await api.call(null, { method: 'POST', url: '/api/v1/replay-credentials' });
    expect(granted.json()).toEqual({ username: 'replay', password: 'granted', mqttPort: 1883 });
    const session = await api.call(null, { method: 'GET', url: '/api/v1/session' });
    expect(session.json().user).toMatchObject({ id: 'operator', role: 'admin', places: null });
  });

  it('does not start with a route that does not say who may call it', async () => {
    const bare = fastify();
    registerAuthorization(bare, {} as never, {} as never);
    expect(() => bare.get('/silent', async () => 'x')).toThrow('does not say who may call it');
    bare.get('/spoken', { config: { access: open } }, async () => 'x');
    await bare.close();
  });
});
