import { readFileSync } from 'node:fs';
import type { ApiOptions } from '#api/server.ts';
import { epochMs } from '#model/brand.ts';
import { liveThrough } from '#tests/api/support/lived-month.ts';
import { type RunningApi, runningApi } from '#tests/api/support/running-api.ts';

const demo = readFileSync(new URL('../../../examples/demo-community.yaml', import.meta.url), 'utf8');
const at = (time: string) => epochMs(Date.parse(time));
/** March 2026 by the clock of the demo community. */
export const month = { from: at('2026-03-01T00:00:00+08:00'), to: at('2026-04-01T00:00:00+08:00') };

const accounts = [
  ['l-zhao', 'grid-leader'],
  ['m-wu', 'property-manager'],
  ['w-zhou', 'grid-worker'],
  ['c-lin', 'care-staff'],
] as const;

/** The API on the demo community, in April, after two months in which tasks went every way that there is. */
export async function livedApi(options: Partial<ApiOptions> = {}): Promise<RunningApi> {
  const api = await runningApi({ isEmpty: true, ...options });
  const answer = await api.call('admin', {
    method: 'POST',
    url: '/api/v1/import',
    headers: { 'content-type': 'text/yaml' },
    payload: demo,
  });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  // Begins before the month and ends after it, so that both of its ends are crossed.
  api.write((writer) => {
    liveThrough(writer, {
      count: 700,
      from: at('2026-02-10T00:00:00Z'),
      to: at('2026-04-10T00:00:00Z'),
      seed: 7,
    });
    for (const [id, role] of accounts) {
      const body = { id, role, person: id as never };
      writer.applyChange({ op: 'put', resource: 'account', id, body }, month.from);
    }
  });
  api.platform.at = at('2026-04-15T00:00:00+08:00');
  return api;
}
