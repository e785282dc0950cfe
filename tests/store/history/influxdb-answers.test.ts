import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { DeviceId } from '#model/brand.ts';
import { epochMs } from '#model/brand.ts';
import { openInfluxHistory } from '#store/history/influxdb/influxdb-history.ts';
import { influxTarget } from '#tests/store/history/influx-target.ts';
import { batch } from '#tests/store/history.contract.ts';
import { startInflux } from '#tests/support/influxd.ts';

const noon = Date.parse('2026-03-10T12:00:00Z');

/** Something that answers at an address, until it is disposed of. */
async function answering(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const notAnswers: readonly (readonly [what: string, body: string, length?: number])[] = [
  ['an object that says nothing', '{}'],
  ['null', 'null'],
  ['a text', '"welcome"'],
  ['a page of a portal', '<html>sign in</html>'],
  ['fewer results than questions', '{"results":[]}'],
  ['results that are none', '{"results":7}'],
  ['an answer that is cut off', '{"results":[{"statement_id":0', 400],
];

describe('a server that does not answer as InfluxDB does', () => {
  it.each(notAnswers)('is not taken for an empty one: %s', async (_, body, length) => {
    await using server = await answering((request, response) => {
      response.writeHead(200, length === undefined ? {} : { 'content-length': length });
      response.write(body);
      if (length === undefined) response.end();
      else setImmediate(() => request.socket.destroy());
    });
    await expect(openInfluxHistory(influxTarget(server.url))).rejects.toMatchObject({ code: 'not-ready' });
  });

  it('is not taken to have stored what it answers with 200', async () => {
    await using server = await answering((request, response) => {
      if (request.url?.startsWith('/query') !== true) return response.end('thank you');
      return response.end('{"results":[{"statement_id":0}]}');
    });
    const history = await openInfluxHistory(influxTarget(server.url));
    await expect(history.append([batch(1, [['d1', 'temperature', noon, 1]])])).rejects.toMatchObject({
      code: 'not-ready',
    });
    expect(await history.position()).toBe(0);
    await history.close();
  });

  it('that cuts its answers short is told so, and its answer is not taken for a whole one', async () => {
    await using influx = await startInflux({ http: 'max-row-limit = 10' });
    const history = await openInfluxHistory(influxTarget(influx.url));
    const rows = Array.from({ length: 30 }, (_, n) => ['d1', 'temperature', noon + n, n] as const);
    await history.append([batch(1, rows)]);
    const query = {
      device: 'd1' as DeviceId,
      property: 'temperature',
      from: epochMs(noon),
      to: epochMs(noon + 99),
    };
    await expect(history.readings({ ...query, limit: 100 })).rejects.toThrow(/max-row-limit/);
    expect((await history.readings({ ...query, limit: 5 })).points).toHaveLength(5);
    await history.close();
  });
});
