import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examineInflux, openInfluxHistory } from '#store/history/influxdb/influxdb-history.ts';
import { InfluxServer } from '#store/history/influxdb/server.ts';
import { influxTarget } from '#tests/store/history/influx-target.ts';
import { batch } from '#tests/store/history.contract.ts';
import { type RunningInflux, startInflux } from '#tests/support/influxd.ts';

const noon = Date.parse('2026-03-10T12:00:00Z');
const secret = 'correct horse';

describe('an InfluxDB that wants an account', () => {
  let influx: RunningInflux | undefined;
  const as = (username: string, password = secret, database = 'gridbell') => ({
    ...influxTarget(influx?.url ?? '', database),
    username,
    password,
  });
  beforeAll(async () => {
    influx = await startInflux({ http: 'auth-enabled = true' });
    const nobody = new InfluxServer(influxTarget(influx.url));
    await nobody.query([`CREATE USER admin WITH PASSWORD '${secret}' WITH ALL PRIVILEGES`]);
    await new InfluxServer(as('admin')).query([
      'CREATE DATABASE gridbell',
      `CREATE USER gridbell WITH PASSWORD '${secret}'`,
      'GRANT ALL ON gridbell TO gridbell',
      `CREATE USER reader WITH PASSWORD '${secret}'`,
      'GRANT READ ON gridbell TO reader',
    ]);
  });
  afterAll(async () => {
    await influx?.[Symbol.asyncDispose]();
  });

  it('takes readings from one that is no admin, into a database that is there', async () => {
    const history = await openInfluxHistory(as('gridbell'));
    await history.append([batch(1, [['d1', 'temperature', noon, 1]])]);
    expect(await history.count()).toBe(1);
    expect(await examineInflux(as('gridbell'))).toBe(1);
    expect(await history.erase(['d1'])).toMatchObject({ readings: 1 });
    await history.close();
  });

  it('is told its bytes when it is an admin, and else that they are not known', async () => {
    const [admin, other] = [await openInfluxHistory(as('admin')), await openInfluxHistory(as('gridbell'))];
    await admin.append([batch(2, [['d3', 'temperature', noon, 1]])]);
    expect((await admin.status()).bytes).toBeGreaterThan(0);
    expect(await other.status()).toMatchObject({ bytes: 0, newest: noon, oldest: noon - 43_200_000 });
    await admin.close();
    await other.close();
  });

  it('has its database made for an admin', async () => {
    const history = await openInfluxHistory(as('admin', secret, 'new one'));
    await history.append([batch(1, [['d1', 'temperature', noon, 1]])]);
    expect(await history.count()).toBe(1);
    await history.close();
  });

  it('says what is wrong with the account, without its password', async () => {
    await expect(openInfluxHistory(as('gridbell', 'wrong horse'))).rejects.toMatchObject({
      code: 'not-ready',
      message: expect.stringMatching(/authorization failed(?!.*wrong horse)/),
    });
    await expect(openInfluxHistory(as('gridbell', secret, 'another'))).rejects.toThrow(/not authorized/);
    await expect(openInfluxHistory(influxTarget(influx?.url ?? ''))).rejects.toThrow(/authentication/);
  });

  it('does not take readings from one that may only read, and none is lost by that', async () => {
    const history = await openInfluxHistory(as('reader'));
    await expect(history.append([batch(9, [['d1', 'temperature', noon, 1]])])).rejects.toMatchObject({
      code: 'not-ready',
      message: expect.stringMatching(/not authorized to write/),
    });
    await history.close();
  });

  it('gets a token with each question and each write', async () => {
    // 1.6.7 knows no tokens: something before it does, and goes on as the account.
    const seen = new Set<string>();
    const account = `Basic ${Buffer.from(`gridbell:${secret}`).toString('base64')}`;
    const proxy = createServer((asked, answer) => {
      const isKnown = asked.headers.authorization === 'Token t-0123';
      seen.add(`${asked.url?.split('?')[0]} ${isKnown}`);
      const headers = { ...asked.headers, authorization: isKnown ? account : '' };
      const onward = request(`${influx?.url}${asked.url}`, { method: asked.method, headers }, (said) => {
        answer.writeHead(said.statusCode ?? 500, said.headers);
        said.pipe(answer);
      });
      asked.pipe(onward);
    }).listen(0, '127.0.0.1');
    const { promise: listening, resolve } = Promise.withResolvers<void>();
    proxy.on('listening', resolve);
    await listening;
    const { port } = proxy.address() as AddressInfo;
    const target = { ...influxTarget(`http://127.0.0.1:${port}`), token: 't-0123' };
    const history = await openInfluxHistory(target);
    await history.append([batch(20, [['d2', 'temperature', noon, 1]])]);
    expect(await history.position()).toBe(20);
    expect(seen).toEqual(new Set(['/query true', '/write true']));
    await expect(openInfluxHistory({ ...target, token: 'another' })).rejects.toMatchObject({
      code: 'not-ready',
    });
    await history.close();
    proxy.closeAllConnections();
    proxy.close();
  });
});
