import { randomBytes } from 'node:crypto';
import mqtt, { type MqttClient } from 'mqtt';

/** Where and as whom to publish; good until the platform stops. */
export interface Credentials {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

/**
 * One connection that does not come back by itself: after a restart the platform wants other credentials. Rejects with
 * why it was refused or not reached.
 */
export function openConnection({ host, port, username, password }: Credentials): Promise<MqttClient> {
  const client = mqtt.connect({
    protocol: 'mqtt',
    host,
    port,
    username,
    password,
    clientId: `gridbell-replay-${randomBytes(6).toString('hex')}`,
    clean: true,
    reconnectPeriod: 0,
    connectTimeout: 10_000,
    keepalive: 30,
  });
  return new Promise((resolve, reject) => {
    let reason: Error | undefined;
    client.once('connect', () => resolve(client));
    // Stays for as long as the client: an error that nobody hears would end the process.
    client.on('error', (error) => {
      reason = error;
      client.end(true);
    });
    client.once('close', () => reject(reason ?? new Error('the connection was closed')));
  });
}
