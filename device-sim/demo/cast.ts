import { createHmac } from 'node:crypto';
import type { CommunityFile } from '#model/community.ts';

export interface CastSecrets {
  /** The devices' tokens are made from it. */
  readonly secret: string;
  /** Of every account of the file. */
  readonly password: string;
}

/** The token by which a simulated device publishes as itself. */
export const tokenOf = (device: string, { secret }: Pick<CastSecrets, 'secret'>): string =>
  createHmac('sha256', secret).update(device).digest('base64url');

/** The community as the demo imports it: everybody has an account, every device that speaks a token. */
export function castOf(community: CommunityFile, secrets: CastSecrets): CommunityFile {
  const { devices = [], people = [] } = community;
  return {
    ...community,
    people: people.map((person) => ({ ...person, account: { password: secrets.password } })),
    devices: devices.map((device) => ({
      ...device,
      tags: [...new Set([...(device.tags ?? []), 'simulated'])],
      token: tokenOf(device.id, secrets),
    })),
  };
}
