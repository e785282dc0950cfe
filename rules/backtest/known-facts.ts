import type { DeviceId, EpochMs, Position } from '#model/brand.ts';
import { flag, type Observation } from '#model/reading.ts';
import type { PastChange } from '#rules/backtest/past.ts';
import { knownOfDevices } from '#rules/backtest/wanted.ts';

/** What Gridbell knew of a device, as the reading that it was to rules. */
export const factOf = (
  { device, property, value }: { device: DeviceId; property: string; value: boolean },
  at: EpochMs,
  position: Position,
): Observation => ({
  device,
  at,
  receivedAt: at,
  flags: 0,
  position,
  values: new Map([[property, value]]),
});

/** Presence, as it was written down. */
export const presenceOf = ({ at, state, subject }: PastChange, position: Position): Observation =>
  factOf(
    { device: subject as DeviceId, property: knownOfDevices.online, value: state === 'online' },
    at,
    position,
  );

/** Whether a device's clock went wrong or right: what is replaced is flagged. Who gives no times says nothing of a clock. */
export class Clocks {
  readonly #wrong = new Set<DeviceId>();

  /** What is news; undefined: nothing. */
  hear({ device, flags }: Observation): boolean | undefined {
    if ((flags & (flag.noTime | flag.replayed)) !== 0) return undefined;
    const isWrong = (flags & flag.clockReplaced) !== 0;
    if (isWrong === this.#wrong.has(device)) return undefined;
    if (isWrong) this.#wrong.add(device);
    else this.#wrong.delete(device);
    return isWrong;
  }
}
