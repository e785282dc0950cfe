import { call, type OperatorClient } from '#cli/operator.ts';
import type { Platform } from '#device-sim/platform/platform.ts';

/** The running platform as the simulator asks it. `host`: the setting. */
export const platformOf = (operator: OperatorClient, host: string): Platform => ({
  host: reachable(host),
  request: (method, path, options) => operator.request(method, path, options),
  call: (method, path, options) => call(operator, method, path, options),
});

/** A platform that listens everywhere is reached here. */
export const reachable = (host: string): string =>
  host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
