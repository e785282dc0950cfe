import type { TimeRange, World } from '#device-sim/message.ts';
import type { Value } from '#model/reading.ts';

/** A telemetry message, read. */
export interface Told {
  readonly at: number;
  readonly ts: number;
  readonly device: string;
  readonly values: Readonly<Record<string, Value>>;
}

export const toldBy = (world: World, range: TimeRange): readonly Told[] =>
  [...world.seconds(range)].flatMap(({ messages }) =>
    messages
      .filter(({ topic }) => topic === 'telemetry')
      .map(({ at, device, payload }) => ({
        at,
        device,
        ...(JSON.parse(payload) as Pick<Told, 'ts' | 'values'>),
      })),
  );
