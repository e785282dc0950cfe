import type { Platform } from '#device-sim/platform/platform.ts';
import { GridbellError } from '#model/errors.ts';

export interface MqttAddress {
  readonly host: string;
  readonly port: number;
}

export interface MqttAccess extends MqttAddress {
  readonly username: string;
  readonly password: string;
}

/** Where devices connect; the port may be another one after a restart. */
export async function mqttAddress(platform: Platform): Promise<MqttAddress> {
  const { mqtt } = (await platform.call('GET', '/api/v1/listeners')) as { readonly mqtt?: unknown };
  if (typeof mqtt !== 'number')
    throw new GridbellError(
      'internal',
      'the platform does not say where devices connect; is it of the same version?',
    );
  return { host: platform.host, port: mqtt };
}

/** Where MQTT is, with an account that may publish for every device; good until the platform stops. */
export async function mqttAccess(platform: Platform): Promise<MqttAccess> {
  const answer = await platform.call('POST', '/api/v1/replay-credentials');
  const { mqttPort, password, username } = answer as Partial<Record<string, unknown>>;
  if (typeof username !== 'string' || typeof password !== 'string' || typeof mqttPort !== 'number')
    throw new GridbellError(
      'internal',
      'the platform gave no credentials for a replay; is it of the same version?',
    );
  return { host: platform.host, port: mqttPort, username, password };
}
