import type { StreamAddress } from './task-stream.ts';

/** The running platform that is loaded, as the operator of its machine reaches it. Paths begin with `/api/v1`. */
export interface LoadedPlatform {
  /** Where its MQTT listens. */
  readonly host: string;
  readonly stream: StreamAddress;
  request(method: string, path: string): Promise<{ readonly status: number; readonly body: unknown }>;
  /** The body of the answer; rejects with one line that says why it was refused and what to do. */
  call(method: string, path: string, options?: { readonly body?: unknown }): Promise<unknown>;
}

export interface PlatformCommunity {
  readonly id: string;
  readonly name?: unknown;
  readonly timezone?: string;
}

/** `GET /export`, as far as a load looks at it; null: the platform has no community yet. */
export interface Exported {
  readonly community: PlatformCommunity;
  readonly places?: readonly {
    readonly id: string;
    readonly parent: string;
    readonly tags?: readonly string[];
  }[];
  readonly people?: readonly { readonly id: string; readonly places: readonly string[] }[];
  readonly rosters?: readonly { readonly place: string; readonly role: string }[];
  readonly devices?: readonly { readonly id: string; readonly tags?: readonly string[] }[];
}

export async function exportOf(platform: LoadedPlatform): Promise<Exported | null> {
  const { body, status } = await platform.request('GET', '/api/v1/export');
  return status === 404 ? null : (body as Exported);
}

/** `/metrics` as text. */
export async function metricsOf(platform: LoadedPlatform): Promise<string> {
  return String((await platform.request('GET', '/metrics')).body);
}

/** The port of its broker: only who plays recordings is told it. */
export async function mqttPortOf(platform: LoadedPlatform): Promise<number> {
  const { mqttPort } = (await platform.call('POST', '/api/v1/replay-credentials')) as {
    readonly mqttPort: number;
  };
  return mqttPort;
}
