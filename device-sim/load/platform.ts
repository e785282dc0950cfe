import type { Platform } from '#device-sim/platform/platform.ts';
import type { StreamAddress } from './task-stream.ts';

/** The running platform that is loaded, with the live stream as the operator of its machine reaches it. */
export interface LoadedPlatform extends Platform {
  readonly stream: StreamAddress;
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
