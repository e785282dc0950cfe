import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { DeviceId } from '#model/brand.ts';
import { startInflux } from '#tests/support/influxd.ts';
import { fc } from '#tests/support/properties.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { startWithDetector } from './support/core-with-detector.ts';
import { countOf, inInflux, topicOf } from './support/influxdb-outage.ts';
import { LoadSender } from './support/load-sender.ts';

const start = 1_767_225_600_000;

/** What befalls a request on its way; `after`: InfluxDB had it already. */
const faults = [
  'none',
  'none',
  '500',
  '401',
  '503',
  'garbage',
  'cut',
  'cut-after',
  'half-after',
  'late',
] as const;
type Fault = (typeof faults)[number];

/** A gateway before an influxd that does to each request what `next` says. */
async function gatewayTo(url: string, next: () => Fault) {
  const server = createServer((incoming, outgoing) => {
    const fault = next();
    const answer = (status: number, body: string): void => {
      incoming.resume();
      outgoing.writeHead(status).end(body);
    };
    if (fault === '500') return answer(500, '{"error":"engine: cache-max-memory-size exceeded"}');
    if (fault === '401') return answer(401, '{"error":"authorization failed"}');
    if (fault === '503') return answer(503, 'upstream');
    if (fault === 'garbage') return answer(200, '<html>');
    if (fault === 'cut') return void incoming.socket.destroy();
    const { headers, method, url: path = '' } = incoming;
    const onward = request(`${url}${path}`, { method: method ?? 'GET', headers }, (answered) => {
      if (fault === 'cut-after') return void incoming.socket.destroy();
      const give = (): void => {
        outgoing.writeHead(answered.statusCode ?? 500, answered.headers);
        if (fault === 'half-after') {
          outgoing.write('{"resu');
          setImmediate(() => incoming.socket.destroy());
        } else answered.pipe(outgoing);
      };
      if (fault === 'late') setTimeout(give, 300);
      else give();
    });
    onward.on('error', () => incoming.socket.destroy());
    incoming.pipe(onward);
  }).listen(0, '127.0.0.1');
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

describe('an InfluxDB that answers badly', () => {
  it('has everything once in the end, whatever befell which request', async () => {
    using directory = temporaryDirectory();
    await using influx = await startInflux();
    let isFaulty = true;
    // The same faults in each run; a fault in every request would be a server that is away.
    const planned = fc.sample(fc.constantFrom(...faults), { numRuns: 400, seed: 7 });
    let n = 0;
    await using gateway = await gatewayTo(influx.url, () => {
      n += 1;
      return isFaulty ? (planned[n % planned.length] ?? 'none') : 'none';
    });
    const { core, port } = await startWithDetector(directory.path, inInflux(gateway.url));
    const sender = new LoadSender({ username: 'smoke-1', password: 'token', window: 100 });
    await sender.connect(port);
    const count = 3_000;
    for (let index = 0; index < count; index += 1) {
      sender.publish(
        topicOf('smoke-1'),
        JSON.stringify({ ts: start + index * 1_000, values: { temperature: (index % 10) / 10 } }),
      );
      // Some time for faults, between many batches.
      if (index % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    while (sender.unacknowledged > 0) await new Promise(setImmediate);
    isFaulty = false;
    await expect.poll(() => countOf(core, 'smoke-1')).toBe(count);
    const { points } = await core.history.call('readings', {
      device: 'smoke-1' as DeviceId,
      property: 'temperature',
      from: start as never,
      to: 4e12 as never,
      limit: 100_000,
    });
    expect(points.map(({ value }) => value)).toEqual(
      Array.from({ length: count }, (_, at) => (at % 10) / 10),
    );
    const { handover, takeOver } = await core.history.call('stats', null);
    expect(takeOver.failures).toBeGreaterThan(0);
    expect(takeOver.rejected).toBe(0);
    expect(handover?.wentBack).toBeNull();
    sender.close();
    await core.stop();
  });
});
