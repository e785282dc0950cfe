import { Chance } from '#device-sim/chance/chance.ts';
import type { ExpectedAlarm, SimMessage, SimSecond, TimeRange, World } from '#device-sim/message.ts';
import { type EpochMs, epochMs } from '#model/brand.ts';
import type { CommunityFile } from '#model/community.ts';

export const begin = epochMs(Date.parse('2026-01-01T00:00:00+08:00'));

/**
 * Climate sensors that speak at random moments, and one smoke detector that trips at `smokeAt` and is quiet again a
 * minute later.
 */
export function smallWorld({
  sensors = 5,
  seed = 1,
  smokeAt = 60_000,
  chattiness = 0.2,
} = {}): Pick<World, 'community' | 'devices' | 'seconds' | 'expected'> {
  const devices = [
    { id: 'smoke-1', kind: 'smoke-detector', place: 'b1' },
    ...Array.from({ length: sensors }, (_, index) => ({
      id: `climate-${index}`,
      kind: 'environment',
      place: 'b1',
    })),
  ];
  const community = {
    community: { id: 'small', timezone: 'Asia/Shanghai' },
    places: [
      { id: 'g1', kind: 'grid', parent: 'small' },
      { id: 'b1', kind: 'building', parent: 'g1' },
    ],
    people: [{ id: 'w-1', role: 'grid-worker', places: ['g1'] }],
    devices,
  } as unknown as CommunityFile;
  const message = (at: number, device: string, values: object): SimMessage => ({
    at: epochMs(at),
    device,
    topic: 'telemetry',
    payload: JSON.stringify({ ts: at, values }),
  });
  return {
    community,
    devices: community.devices ?? [],
    expected: [
      {
        scenario: 'small-fire',
        rule: 'smoke-alarm',
        key: 'smoke-1',
        from: epochMs(begin + smokeAt),
        to: epochMs(begin + smokeAt + 1_000),
        task: true,
      } satisfies ExpectedAlarm,
    ],
    *seconds({ from, to }: TimeRange): Generator<SimSecond> {
      for (let at: number = from; at < to; at += 1_000) {
        const chance = new Chance(seed, at);
        const messages: SimMessage[] = [];
        for (let index = 0; index < sensors; index++) {
          if (!chance.happens(chattiness)) continue;
          const temperature = chance.whole(180, 260) / 10;
          messages.push(message(at + chance.whole(0, 999), `climate-${index}`, { temperature }));
        }
        if (at === begin + smokeAt) messages.push(message(at + 500, 'smoke-1', { smoke: true }));
        if (at === begin + smokeAt + 60_000) messages.push(message(at + 500, 'smoke-1', { smoke: false }));
        messages.sort((one, other) => one.at - other.at);
        if (messages.length > 0) yield { at: at as EpochMs, messages };
      }
    },
  };
}
