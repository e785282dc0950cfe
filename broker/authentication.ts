import type { Operators } from '#broker/operators.ts';
import type { DeviceLookup } from '#broker/ports.ts';
import type { Sender } from '#broker/topic-rights.ts';
import { deviceKindCatalogue } from '#model/catalogue.ts';
import { equalHashes, hashDeviceToken } from '#model/secrets.ts';

export const authenticationRefusals = ['no-user-name', 'wrong-credentials', 'no-community'] as const;
export type AuthenticationRefusal = (typeof authenticationRefusals)[number];

export type Identified =
  | { readonly ok: true; readonly sender: Sender }
  | { readonly ok: false; readonly reason: AuthenticationRefusal };

export interface Authenticators {
  readonly devices: DeviceLookup;
  readonly operators: Operators;
  readonly deviceTokenKey: Uint8Array;
}

/** Stands in for the hash of a device that does not exist, so that a refusal takes as long as for one that does. */
const nobodysHash = 'A'.repeat(43);

/**
 * Who a user name and password are: a device and its token, or a granted operator. Does not say which of the two was
 * wrong. Throws what the look-ups throw.
 */
export function identify(
  { devices, operators, deviceTokenKey }: Authenticators,
  username: string | undefined,
  password: string,
): Identified {
  if (!username) return { ok: false, reason: 'no-user-name' };
  const community = devices.community()?.id;
  if (operators.knows(username)) {
    if (!operators.isRight(username, password)) return { ok: false, reason: 'wrong-credentials' };
    if (community === undefined) return { ok: false, reason: 'no-community' };
    const findDevice = (id: string) => devices.device(id)?.id;
    return { ok: true, sender: { kind: 'operator', community, name: username, findDevice } };
  }
  const device = devices.device(username);
  const stored = devices.credential(username)?.tokenHash;
  const isRight = equalHashes(stored ?? nobodysHash, hashDeviceToken(deviceTokenKey, username, password));
  if (!isRight || stored === undefined || device === undefined)
    return { ok: false, reason: 'wrong-credentials' };
  if (community === undefined) return { ok: false, reason: 'no-community' };
  const kind = deviceKindCatalogue.get(device.kind);
  const isGateway = kind?.gateway ?? false;
  const isLifeSafety = kind?.lifeSafety ?? false;
  const filter = device.topic ?? null;
  return {
    ok: true,
    sender: { kind: 'device', community, device: device.id, isGateway, isLifeSafety, filter },
  };
}
