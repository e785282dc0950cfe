import type { Platform } from '#device-sim/platform/platform.ts';
import { GridbellError } from '#model/errors.ts';

export interface MqttAccess {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
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
