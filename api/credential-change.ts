import type { ApiContext } from '#api/context.ts';
import type { ResourceChange } from '#model/command.ts';
import type { Device } from '#model/community.ts';
import { deviceCredential } from '#model/device-credential.ts';

/** Gives a device that token; its connections end. */
export const credentialChange = (
  device: Pick<Device, 'id' | 'dialect'>,
  token: string,
  { platform }: Pick<ApiContext, 'platform'>,
): ResourceChange => ({
  op: 'put',
  resource: 'credential',
  id: device.id,
  body: deviceCredential(device, token, platform.deviceTokenKey),
});
