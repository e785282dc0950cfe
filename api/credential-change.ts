import type { ApiContext } from '#api/context.ts';
import type { DeviceId } from '#model/brand.ts';
import type { ResourceChange } from '#model/command.ts';
import { hashDeviceToken } from '#model/secrets.ts';

/** Gives a device that token; its connections end. */
export const credentialChange = (
  device: DeviceId,
  token: string,
  { platform }: Pick<ApiContext, 'platform'>,
): ResourceChange => ({
  op: 'put',
  resource: 'credential',
  id: device,
  body: { device, tokenHash: hashDeviceToken(platform.deviceTokenKey, device, token) },
});
