import { randomBytes } from 'node:crypto';
import type { Platform } from '#device-sim/platform/platform.ts';
import { standingOn } from '#device-sim/platform/standing.ts';
import { kebabKeys } from '#model/casing.ts';
import type { CommunityFile, Device } from '#model/community.ts';
import { GridbellError } from '#model/errors.ts';

/** Marks devices that no metal stands behind. */
export const simulatedTag = 'simulated';

export interface TakeInOptions {
  readonly platform: Platform;
  readonly community: CommunityFile;
  /** Those that are to speak: each gets a new token. */
  readonly devices: readonly Device[];
  /** Also devices that stand and are not simulated: theirs stops working. */
  readonly takeOver: boolean;
}

/**
 * Brings the community in, with a random token and the tag `simulated` for each device that is to speak; answers the tokens
 * by device id.
 * @throws GridbellError when the platform holds another community, or when a token of a real device would be replaced.
 */
export async function takeIn({
  community,
  devices,
  platform,
  takeOver,
}: TakeInOptions): Promise<ReadonlyMap<string, string>> {
  const standing = await standingOn(platform);
  const own = community.community.id;
  if (standing !== null && standing.community.id !== own)
    throw new GridbellError(
      'wrong-state',
      `the platform holds the community ${standing.community.id}, the fleet's is ${own}; use an empty data directory, or simulate its own devices with --community FILE (gridbell export FILE writes it)`,
    );
  const speaking = new Set<string>(devices.map(({ id }) => id));
  const real = (standing?.devices ?? []).filter(
    ({ id, tags = [] }) => speaking.has(id) && !tags.includes(simulatedTag),
  );
  if (real.length > 0 && !takeOver)
    throw new GridbellError(
      'wrong-state',
      `${named(real.map(({ id }) => id))} on the platform ${real.length === 1 ? 'is' : 'are'} not tagged ${simulatedTag}: a real device would lose its token; --take-over replaces it all the same`,
    );
  const tokens = new Map(devices.map(({ id }) => [String(id), randomBytes(24).toString('base64url')]));
  const file: CommunityFile = {
    ...community,
    devices: (community.devices ?? []).map((device) => {
      const token = tokens.get(device.id);
      if (token === undefined) return device;
      return { ...device, token, tags: [...new Set([...(device.tags ?? []), simulatedTag])] };
    }),
  };
  await platform.call('POST', '/api/v1/import', { body: kebabKeys(file) });
  return tokens;
}

const named = (ids: readonly string[]): string =>
  ids.length > 5 ? `${ids.slice(0, 5).join(', ')} and ${ids.length - 5} other devices` : ids.join(', ');
