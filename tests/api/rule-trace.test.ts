import { describe, expect, it } from 'vitest';
import { type RunningApi, runningApi, start } from '#tests/api/support/running-api.ts';

const rule = { category: 'elderly-care', severity: 'minor', property: 'battery', when: 'value < 15' };

/** A watch of a resident whose trace has what is given. */
async function traced(inputs: Readonly<Record<string, unknown>>) {
  const api = await runningApi();
  await api.send('admin', 'PUT', '/rules/low', rule);
  api.platform.traced = [{ at: start, inputs, outcome: 'raised', reason: 'the alarm is raised' }];
  return api;
}
const seenBy = async (api: RunningApi, account: string) => {
  const answer = await api.get(account, '/rules/low/trace?device=watch-0502');
  expect(answer.statusCode).toBe(200);
  return answer.json().items[0];
};

describe('the trace of a rule', () => {
  it('shows what functions gave only to those who may see every property that they name', async () => {
    await using api = await traced({
      battery: 12,
      "avg('heart-rate', '10m')": 72,
      "rate('battery', '1h')": -0.1,
      'others("fall", true, "room", "1m")': 0,
      "last('battery') - last('spo2')": 3,
      'habits.still': 4,
      'whatever(1)': 1,
    });
    expect(Object.keys((await seenBy(api, 'p-care')).inputs)).toHaveLength(7);
    const manager = await seenBy(api, 'p-manager');
    expect(manager.inputs).toEqual({ battery: 12, "rate('battery', '1h')": -0.1 });
    expect(manager.reason).toBe('not shown: it rests on readings that you may not see');
  });

  it('says why to those who see all of it', async () => {
    await using api = await traced({ battery: 12 });
    expect(await seenBy(api, 'p-manager')).toMatchObject({ reason: 'the alarm is raised' });
    expect((await api.get('p-worker', '/rules/low/trace?device=watch-0502')).statusCode).toBe(403);
  });

  it('gives so many of the newest as are asked for', async () => {
    await using api = await traced({});
    api.platform.traced = [1, 2, 3].map((n) => ({ at: start + n, inputs: {}, outcome: 'quiet', reason: '' }));
    const answer = await api.get('admin', '/rules/low/trace?device=watch-0502&limit=2');
    expect(answer.json().items.map(({ at }: { at: string }) => at.slice(-5))).toEqual(['.002Z', '.003Z']);
    for (const limit of [0, 51, 'x'])
      expect((await api.get('admin', `/rules/low/trace?device=watch-0502&limit=${limit}`)).statusCode).toBe(
        400,
      );
  });
});
