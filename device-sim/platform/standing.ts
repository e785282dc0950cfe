import type { Platform } from '#device-sim/platform/platform.ts';
import { GridbellError } from '#model/errors.ts';

/** What stands on a platform, as far as a simulator asks: `GET /export`. */
export interface Standing {
  readonly community: StandingCommunity;
  readonly places?: readonly (Tagged & { readonly parent: string })[];
  readonly people?: readonly { readonly id: string; readonly places: readonly string[] }[];
  readonly rosters?: readonly { readonly place: string; readonly role: string }[];
  readonly devices?: readonly Tagged[];
}

export interface StandingCommunity {
  readonly id: string;
  readonly name?: unknown;
  readonly timezone?: string;
}

interface Tagged {
  readonly id: string;
  readonly tags?: readonly string[];
}

/**
 * Null: the platform has no community yet. Throws GridbellError `not-ready` when it does not say: whoever took that for an
 * empty platform would replace the tokens of real devices.
 */
export async function standingOn(platform: Platform): Promise<Standing | null> {
  const { body, status } = await platform.request('GET', '/api/v1/export');
  if (status === 404) return null;
  if (status !== 200)
    throw new GridbellError(
      'not-ready',
      `the platform does not say what stands on it (${status}); see its log and try again`,
    );
  return body as Standing;
}
