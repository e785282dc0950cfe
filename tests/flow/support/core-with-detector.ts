import { loadConfig } from '#app/config.ts';
import { type Core, startCore } from '#app/core.ts';
import { followLibrary } from '#app/first-start.ts';
import type { DeviceId } from '#model/brand.ts';
import { hashDeviceToken } from '#model/secrets.ts';

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** The platform's core in this process, with one detector in it (`smoke-1`, token `token`); `port` is the broker's. */
export async function startWithDetector(
  dataDir: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<{ core: Core; port: number }> {
  const config = loadConfig({
    env: {
      GRIDBELL_DATA_DIR: dataDir,
      GRIDBELL_MQTT_PORT: '0',
      GRIDBELL_MQTT_WS_PORT: '0',
      GRIDBELL_ADMIN_PASSWORD: 'x',
      ...settings,
    },
  });
  const core = await startCore({
    config,
    log: silent,
    onFailure: (error) => {
      throw error;
    },
  });
  await followLibrary(core, { log: silent, newRules: 'active' });
  const device = 'smoke-1' as DeviceId;
  const put = { op: 'put' } as const;
  await core.execute(
    { kind: 'system', id: 'system' },
    {
      name: 'change',
      expect: 'any',
      reason: 'test',
      changes: [
        { ...put, resource: 'community', id: 'c1', body: { id: 'c1' as never } },
        {
          ...put,
          resource: 'place',
          id: 'b1',
          body: { id: 'b1' as never, kind: 'building', parent: 'c1' as never },
        },
        {
          ...put,
          resource: 'device',
          id: device,
          body: { id: device, kind: 'smoke-detector', place: 'b1' as never },
        },
        {
          ...put,
          resource: 'credential',
          id: device,
          body: { device, tokenHash: hashDeviceToken(core.directory.keys.deviceToken, device, 'token') },
        },
      ],
    },
  );
  const { mqtt } = await core.listen();
  return { core, port: mqtt };
}
