import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import { describe, expect, it } from 'vitest';
import type { Outgoing } from '#device-sim/faults/outgoing.ts';
import { FleetConnections } from '#device-sim/run/fleet-connections.ts';
import { epochMs } from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';
import { until } from '#tests/flow/support/api-client.ts';

/** A broker that takes everything and writes down what it took, wills included. */
async function startBroker() {
  const said: string[] = [];
  const aedes = await Aedes.createBroker({
    authorizePublish: (_client, { payload, topic }, done) => {
      said.push(`${topic.replace('gridbell/lf/', '')} ${payload.toString()}`);
      done(null);
    },
  });
  const server = createServer((socket) => {
    socket.on('error', () => {});
    aedes.handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    said,
    connected: () => aedes.connectedClients,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await new Promise<void>((resolve) => aedes.close(resolve));
    },
  };
}

const fleetOf = (port: number, clock: ClockKind): FleetConnections =>
  new FleetConnections({
    community: 'lf',
    tokens: new Map(['a', 'b', 'c'].map((id) => [id, 'token'])),
    address: async () => ({ host: '127.0.0.1', port }),
    clock,
    patienceMs: 5_000,
    note: () => {},
  });
const say = (device: string, topic: Outgoing['topic'], payload: string): Outgoing => ({
  at: epochMs(0),
  device,
  topic,
  payload,
});

describe('the connections of a fleet', () => {
  it('each device says online, then what it has to say; drain waits for all acknowledgements', async () => {
    await using broker = await startBroker();
    const fleet = fleetOf(broker.port, 'data');
    await fleet.connect();
    expect(broker.said.toSorted()).toEqual(['a/status online', 'b/status online', 'c/status online']);
    fleet.send(say('b', 'telemetry', '1'));
    fleet.send(say('a', 'telemetry', '2'));
    await fleet.drain();
    expect(broker.said.slice(3).toSorted()).toEqual(['a/telemetry 2', 'b/telemetry 1']);
    expect(fleet.acknowledged).toBe(2);
    await fleet.close();
  });

  it('on the data clock a device without power only says so, and a storm says no wills', async () => {
    await using broker = await startBroker();
    const fleet = fleetOf(broker.port, 'data');
    await fleet.connect();
    fleet.send(say('a', 'status', 'offline'));
    await fleet.drain();
    expect(broker.connected()).toBe(3);
    await fleet.reconnect(['a', 'b', 'c']);
    await fleet.close();
    const offline = broker.said.filter((line) => line.endsWith('offline'));
    expect(offline).toEqual(['a/status offline']);
    expect(fleet.reconnects).toBe(3);
  });

  it('on the system clock it goes without a word, stays away from a storm, and comes back with what it says', async () => {
    await using broker = await startBroker();
    const fleet = fleetOf(broker.port, 'system');
    await fleet.connect();
    fleet.send(say('a', 'status', 'offline'));
    await until(
      async () => broker.said,
      (said) => said.includes('a/status offline'),
    );
    await fleet.reconnect(['a', 'b', 'c']);
    expect(broker.said.filter((line) => line === 'a/status online')).toHaveLength(1);
    expect(broker.said.filter((line) => line === 'b/status online')).toHaveLength(2);
    fleet.send(say('a', 'telemetry', '7'));
    await fleet.drain();
    expect(broker.said.slice(-2)).toEqual(['a/status online', 'a/telemetry 7']);
    fleet.send(say('b', 'status', 'offline'));
    fleet.send(say('b', 'status', 'online'));
    await until(
      async () => broker.said.filter((line) => line === 'b/status online').length,
      (count) => count === 3,
    );
    await fleet.close();
  });
});
