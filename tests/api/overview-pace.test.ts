import { describe, expect, it } from 'vitest';
import { ApiContext } from '#api/context.ts';
import { BoardKeeper } from '#api/overview/board.ts';
import { plus, second } from '#model/brand.ts';
import { type RunningApi, runningApi, start } from '#tests/api/support/running-api.ts';

/** Each reading of the devices and the hours takes that long. */
const keeperOf = ({ configuration, platform, reader, wall }: RunningApi, tookMs: number) => {
  let elapsedMs = 0;
  const context = new ApiContext({ configuration, platform, reader, wallClock: { now: () => wall.at } });
  return new BoardKeeper(context, () => {
    elapsedMs += tookMs;
    return elapsedMs;
  });
};
const online = async (board: BoardKeeper) =>
  (await board.current()).fleet.filter(({ isOnline }) => isOnline).length;

describe('devices and hours of the overview', () => {
  it('are read every five seconds at most, and for one part in 200 of the time', async () => {
    await using api = await runningApi();
    const quick = keeperOf(api, 1);
    const slow = keeperOf(api, 100);
    expect([await online(quick), await online(slow)]).toEqual([0, 0]);
    api.write((writer) => writer.putPresence('smoke-b3-05', true, start, 'connect'));
    api.wall.at = plus(start, 5 * second - 1);
    expect([await online(quick), await online(slow)]).toEqual([0, 0]);
    api.wall.at = plus(start, 5 * second);
    expect([await online(quick), await online(slow)]).toEqual([1, 0]);
    api.wall.at = plus(start, 20 * second);
    expect(await online(slow)).toBe(1);
  });

  it('are read anew for who changed the community', async () => {
    await using api = await runningApi();
    const counted = async () => (await api.get('admin', '/overview')).json().silent.devices;
    expect(await counted()).toBe(3);
    expect((await api.send('admin', 'DELETE', '/devices/smoke-b9')).statusCode).toBeLessThan(300);
    expect(await counted()).toBe(2);
  });
});
