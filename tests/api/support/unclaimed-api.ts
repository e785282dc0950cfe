import { day, plus } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { Device } from '#model/community.ts';
import { type RunningApi, runningApi, start } from '#tests/api/support/running-api.ts';

export const gateway = {
  id: 'z1',
  kind: 'gateway',
  dialect: 'zigbee2mqtt',
  topic: 'zigbee2mqtt/#',
  place: 'b3',
} as unknown as Device;

/** As the engine makes it of what the gateway carries. */
export const newcomer = (address: string, more: Partial<Device> = {}): Device =>
  ({
    id: `z1-${address}`,
    kind: 'door',
    guess: { from: 'properties', because: ['door-open'] },
    name: address,
    place: 'b3',
    gateway: 'z1',
    address,
    unclaimed: true,
    firstHeard: iso(start),
    probationUntil: iso(plus(start, day)),
    ...more,
  }) as unknown as Device;

/** The sample community with a gateway in building 3, which brought these. */
export async function unclaimedApi(...devices: readonly Device[]): Promise<RunningApi> {
  const api = await runningApi();
  api.write((writer) => {
    for (const body of [gateway, ...devices])
      writer.applyChange({ op: 'put', resource: 'device', id: body.id, body }, start);
  });
  api.configuration.invalidate();
  return api;
}

export const sendCsv = (api: RunningApi, account: string, csv: string | Buffer, query = '') =>
  api.call(account, {
    method: 'POST',
    url: `/api/v1/devices/claims${query}`,
    headers: { 'content-type': 'text/csv' },
    payload: csv,
  });
