import type { StreamAddress } from '#device-sim/load/task-stream.ts';
import type { Platform } from '#device-sim/platform/platform.ts';

/** The running platform that is loaded, with the live stream as the operator of its machine reaches it. */
export interface LoadedPlatform extends Platform {
  readonly stream: StreamAddress;
}

/** `/metrics` as text. */
export async function metricsOf(platform: LoadedPlatform): Promise<string> {
  return String((await platform.request('GET', '/metrics')).body);
}
