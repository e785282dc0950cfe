import { parse } from 'yaml';
import type { Platform } from '#device-sim/platform/platform.ts';

/** What stands on a platform, as far as a simulator asks. */
export interface Standing {
  readonly community?: { readonly id?: string };
  readonly devices?: readonly { readonly id: string; readonly tags?: readonly string[] }[];
}

/** An empty object on a platform without a community. */
export async function standingOn(platform: Platform): Promise<Standing> {
  const { body, status } = await platform.request('GET', '/api/v1/export');
  if (status < 200 || status >= 300) return {};
  return ((typeof body === 'string' ? parse(body) : body) ?? {}) as Standing;
}
