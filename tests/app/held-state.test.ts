import { describe, expect, it } from 'vitest';
import { hour } from '#model/brand.ts';
import type { Device } from '#model/community.ts';
import type { InboxRecord } from '#model/record.ts';
import { change, GatewayEngine, put, says, tick } from '#tests/app/support/gateway-engine.ts';

const day = (24 * hour) / 1_000;
/** What a gateway sends retained within 5 s of its CONNECT. */
const retained = (seconds: number, isWet: boolean) =>
  says('cellar', seconds, { water_leak: isWet }, { state: true, retain: true });

function claim(engine: GatewayEngine, seconds: number, more: Partial<Device> = {}): InboxRecord {
  const [found] = engine.carried;
  if (!found) throw new Error('there is no device');
  const { guess: _guess, probationUntil: _until, unclaimed: _unclaimed, ...rest } = found;
  return change(seconds, [put('device', found.id, { ...rest, ...more } as object)]);
}

describe('a danger that retained state tells of a device that nobody has claimed, and that is no matter of life', () => {
  it('waits, and is brought to people when the device is claimed as live, where it is by then', async () => {
    using engine = await GatewayEngine.open();
    engine.take(retained(1, true), tick(3 * day));
    expect(engine.tasks).toEqual([]);
    engine.crash().take(claim(engine, 3 * day + 1, { place: 'b2' as never }));
    expect(engine.tasks).toMatchObject([
      { place: 'b2', alarms: [], title: { zh: expect.stringContaining('待核实') } },
    ]);
    engine.take(tick(9 * day));
    expect(engine.tasks).toHaveLength(1);
  });

  it('waits for the end of its probation, through crashes', async () => {
    using engine = await GatewayEngine.open();
    engine.take(retained(1, true));
    const probationUntil = engine.carried[0]?.probationUntil as string;
    engine.take(claim(engine, 60, { probationUntil })).crash();
    expect(engine.tasks).toEqual([]);
    engine
      .take(tick(day))
      .crash()
      .take(tick(day + 2));
    expect(engine.tasks).toHaveLength(1);
  });

  it.each([
    ['a reading', says('cellar', 100, { water_leak: false })],
    ['a later state', retained(100, false)],
  ])('is told to nobody where %s has taken it back meanwhile', async (_what, word) => {
    using engine = await GatewayEngine.open();
    engine.take(retained(1, true), word);
    engine.take(claim(engine, 200), tick(9 * day));
    expect(engine.tasks).toEqual([]);
  });

  it('is told by its alarm where a reading has said it since', async () => {
    using engine = await GatewayEngine.open();
    engine.take(retained(1, true), says('cellar', 100, { water_leak: true }));
    engine.take(claim(engine, 200));
    expect(engine.tasks).toMatchObject([{ alarms: [engine.alarms[0]?.id] }]);
  });

  it('is told where its thing takes the place of another, and goes with a device that is deleted', async () => {
    using engine = await GatewayEngine.open();
    const leak = { kind: 'water-leak', place: 'b2', gateway: 'z1', address: 'cellar' };
    engine.take(retained(1, true), change(2, [put('device', 'cellar-leak', leak)]));
    expect(engine.tasks).toMatchObject([{ place: 'b2', alarms: [] }]);
    using other = await GatewayEngine.open();
    other.take(retained(1, true));
    const [found] = other.carried;
    other.take(change(2, [{ op: 'delete', resource: 'device', id: found?.id }]), tick(9 * day));
    expect(other.tasks).toEqual([]);
  });
});
