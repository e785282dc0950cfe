import { type Static, Type } from 'typebox';
import type { EpochMs } from '#model/brand.ts';
import { Device, longestAddress } from '#model/community.ts';
import { probationEnd } from '#model/probation.ts';

const { expectEvery, kind, name, place, resident, serial, tags } = Device.properties;

/** What somebody says of a device who gives it its place. */
export const claimFields = {
  place,
  kind: Type.Optional(kind),
  name,
  resident,
  tags,
  serial,
  expectEvery,
  live: Type.Optional(
    Type.Boolean({ description: 'Its alarms bring tasks at once, also within its first 24 hours' }),
  ),
};
/** Which device is meant: by its id, or as its gateway has it. */
export const claimedFields = {
  id: Type.Optional(Device.properties.id),
  gateway: Device.properties.gateway,
  address: Type.Optional(Type.String({ minLength: 1, maxLength: longestAddress })),
};
const Claim = Type.Object(claimFields, { additionalProperties: false });
export type Claim = Static<typeof Claim>;

/** Why a line of a list of claims is not carried out; the console has words for each (claim-reasons). */
export const claimReasons = [
  'no-name',
  'no-device',
  'not-yours',
  'claimed',
  'retired',
  'other-id',
  'no-gateway',
  'id-taken',
  'unknown',
  'twice',
  'no-kind',
  'no-head',
  'unknown-column',
  'column-twice',
  'no-lines',
  'too-many',
  'fields',
  'no-csv',
  'wrong-value',
  'missing',
] as const;
export type ClaimReason = (typeof claimReasons)[number];

/** As it is from now on. */
export function claimedDevice(unclaimed: Device, claim: Claim, now: EpochMs): Device {
  const { guess: _guess, probationUntil, unclaimed: _unclaimed, ...rest } = unclaimed;
  const { live, ...said } = claim;
  const until = probationEnd(unclaimed);
  const goesOn = live !== true && until !== null && until > now;
  return { ...rest, ...said, ...(goesOn && probationUntil !== undefined ? { probationUntil } : {}) };
}
