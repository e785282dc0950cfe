import pino from 'pino';
import { Registry } from 'prom-client';
import { ConfigurationCache } from '#api/configuration-cache.ts';
import type { ApiPlatform, ApiReader } from '#api/ports.ts';
import { createApi } from '#api/server.ts';
import { wallClock } from '#model/clock.ts';

/** Stands for a part that describing needs not: whoever asks it anything is told, instead of reading `undefined`. */
const absent = <T extends object>(what: string, given: Partial<T>): T =>
  new Proxy(given, {
    get(target, key) {
      if (Object.hasOwn(target, key)) return Reflect.get(target, key);
      return () => {
        throw new Error(`an API that is only described has no ${what}.${String(key)}`);
      };
    },
  }) as T;

/** The API as OpenAPI 3.1 without a platform behind it: what `/api/openapi.json` of a running one answers. */
export async function describedApi(): Promise<object> {
  const reader = absent<ApiReader>('reader', {});
  const api = await createApi({
    platform: absent<ApiPlatform>('platform', { clock: 'system', metrics: new Registry() }),
    reader,
    configuration: new ConfigurationCache(reader),
    log: pino({ level: 'silent' }),
    wallClock,
  });
  try {
    await api.ready();
    return api.swagger();
  } finally {
    await api.close();
  }
}
