import { addresses, count, port, type Setting, text } from '#app/config/setting.ts';
import type { SettingValues } from '#app/config/values.ts';
import { defaultLimits } from '#broker/limits.ts';

/** Where Gridbell listens, and how much it lets in. */
export interface NetworkConfig {
  readonly host: string;
  readonly http: { readonly port: number };
  readonly mqtt: {
    readonly port: number;
    readonly wsPort: number;
    /** MQTTS, when a certificate is given. */
    readonly tls: { readonly port: number; readonly certFile: string; readonly keyFile: string } | null;
  };
  readonly mqttLimits: {
    readonly connections: number;
    readonly connectionsOfAddress: number;
    readonly connectsPerSecond: number;
    readonly packetsPerSecond: number;
  };
  /** Addresses of reverse proxies, whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
}

export const networkSettings = {
  host: text('127.0.0.1'),
  'http-port': port(8080),
  'mqtt-port': port(1883),
  'mqtt-ws-port': port(8083),
  'mqtts-port': port(8883),
  'mqtt-connections': count(defaultLimits.connections),
  'mqtt-connections-per-address': count(defaultLimits.connectionsOfAddress),
  'mqtt-connects-per-second': count(defaultLimits.connectsPerSecond),
  'mqtt-packets-per-second': count(defaultLimits.packetsPerSecond),
  'tls-cert': text(null),
  'tls-key': text(null),
  'trusted-proxies': addresses(),
} as const satisfies Record<string, Setting>;

export function networkConfig(
  values: SettingValues<keyof typeof networkSettings>,
  problems: string[],
): NetworkConfig {
  const certFile = values.pathOrNull('tls-cert');
  const keyFile = values.pathOrNull('tls-key');
  if ((certFile === null) !== (keyFile === null))
    problems.push('tls-cert and tls-key belong together: give both or none');
  return {
    host: values.text('host'),
    http: { port: values.number('http-port') },
    mqtt: {
      port: values.number('mqtt-port'),
      wsPort: values.number('mqtt-ws-port'),
      tls:
        certFile === null || keyFile === null
          ? null
          : { port: values.number('mqtts-port'), certFile, keyFile },
    },
    mqttLimits: {
      connections: values.number('mqtt-connections'),
      connectionsOfAddress: values.number('mqtt-connections-per-address'),
      connectsPerSecond: values.number('mqtt-connects-per-second'),
      packetsPerSecond: values.number('mqtt-packets-per-second'),
    },
    trustedProxies: values.list('trusted-proxies'),
  };
}
