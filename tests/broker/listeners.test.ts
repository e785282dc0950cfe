import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { describe, expect, it } from 'vitest';
import { handshakeTimeoutMs } from '#broker/listeners/listening.ts';
import { stopwatch } from '#model/clock.ts';
import { community, RawClient, startTestBroker } from '#tests/broker/support/broker-under-test.ts';
import { temporaryDirectory } from '#tests/broker/support/records.ts';

describe('the listeners', () => {
  it('speak MQTT over TLS when there is a certificate', async () => {
    using directory = temporaryDirectory();
    const key = join(directory.path, 'key.pem');
    const cert = join(directory.path, 'cert.pem');
    const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    execFileSync(
      'openssl',
      [...request, '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=localhost'],
      {
        stdio: 'ignore',
      },
    );
    await using test = await startTestBroker({
      listen: {
        host: '127.0.0.1',
        mqttPort: 0,
        wsPort: 0,
        tls: { port: 0, key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') },
      },
    });
    const began = stopwatch();
    const half = connect(test.broker.mqttsPort ?? 0, '127.0.0.1').on('error', () => {});
    const closed = new Promise((resolve) => half.once('close', resolve));
    const client = await mqtt.connectAsync(`mqtts://localhost:${test.broker.mqttsPort}`, {
      host: '127.0.0.1',
      servername: 'localhost',
      ca: readFileSync(cert),
      username: 'smoke-1',
      password: 'secret-1',
      protocolVersion: 4,
    });
    await client.publishAsync(`gridbell/${community}/smoke-1/telemetry`, 'x', { qos: 1 });
    expect(test.inbox.payloads).toEqual(['x']);
    // Half a handshake does not hold the stop up.
    await test.broker.close();
    await closed;
    expect(stopwatch() - began).toBeLessThan(handshakeTimeoutMs);
    await client.endAsync(true);
  });

  it('refuse to start on a port that is taken, and give the others back', async () => {
    await using first = await startTestBroker();
    const free = await startTestBroker();
    const { mqttPort } = free.broker;
    await free.broker.close();
    const listen = { host: '127.0.0.1', mqttPort, wsPort: first.broker.wsPort };
    await expect(startTestBroker({ listen })).rejects.toThrow(/EADDRINUSE/);
    await using again = await startTestBroker({ listen: { host: '127.0.0.1', mqttPort, wsPort: 0 } });
    using client = new RawClient(again.broker.mqttPort);
    expect(await client.connect('smoke-1')).toBe(0);
  });

  it('answer a browser that asks for a page', async () => {
    await using test = await startTestBroker();
    const response = await fetch(`http://127.0.0.1:${test.broker.wsPort}/`);
    expect(response.status).toBe(426);
  });
});
