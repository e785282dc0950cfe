import type { DeviceLookup } from '#broker/ports.ts';
import type { CommunityId, DeviceId } from '#model/brand.ts';
import { hashDeviceToken } from '#model/secrets.ts';

export const deviceTokenKey = new Uint8Array(32).fill(9);
export const community = 'lianfang-1' as CommunityId;

/**
 * Those whose tokens the attackers have: plain devices, and gateways, which have dialect topics. Their names are equally
 * long, so that `self` in a finished frame can become the name of whoever sends it.
 */
export const turned = ['turned-0', 'turned-1', 'turned-2', 'turned-3', 'turned-4', 'turned-5'] as const;
export const turnedGateways = ['turned-6', 'turned-7'] as const;
export const self = 'turned-*';
/** Of the gateways. */
export const dialectFilter = 'zigbee2mqtt/#';
/** The well-behaved one: the attackers know its name and not its token. */
export const victim = 'smoke-1';

export const tokenOf = (device: string): string => `token of ${device}`;

const devices: ReadonlySet<string> = new Set([...turned, ...turnedGateways, victim]);
const gateways: ReadonlySet<string> = new Set(turnedGateways);

export const lookUp: DeviceLookup = {
  credential: (device) =>
    devices.has(device) ? { tokenHash: hashDeviceToken(deviceTokenKey, device, tokenOf(device)) } : undefined,
  device: (id) => {
    if (!devices.has(id)) return undefined;
    return gateways.has(id)
      ? { id: id as DeviceId, kind: 'gateway', topic: dialectFilter }
      : { id: id as DeviceId, kind: 'smoke-detector' };
  },
  community: () => ({ id: community }),
};
