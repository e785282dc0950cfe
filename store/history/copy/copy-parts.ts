import { type DeviceId, day as dayMs, epochMs } from '#model/brand.ts';
import type { CopyPart } from '#store/history/copy/copy-end.ts';

/** So many readings are in memory at once, about. */
const partReadings = 50_000;
/** Each is named in a question. */
const partDevices = 200;

/** Cuts a day into parts: devices together until they are many, one that says very much by time. */
export function partsOf(day: number, counts: ReadonlyMap<DeviceId, number>): readonly CopyPart[] {
  const whole = { from: epochMs(day * dayMs), to: epochMs((day + 1) * dayMs) };
  const parts: CopyPart[] = [];
  let devices: DeviceId[] = [];
  let readings = 0;
  const close = (): void => {
    if (devices.length > 0) parts.push({ ...whole, devices });
    [devices, readings] = [[], 0];
  };
  for (const [device, count] of counts) {
    if (count > partReadings) {
      parts.push(...byTime(whole, device, Math.ceil(count / partReadings)));
      continue;
    }
    if (readings + count > partReadings || devices.length === partDevices) close();
    devices.push(device);
    readings += count;
  }
  close();
  return parts;
}

function byTime(
  { from, to }: Pick<CopyPart, 'from' | 'to'>,
  device: DeviceId,
  pieces: number,
): readonly CopyPart[] {
  const edge = (piece: number) => epochMs(from + Math.round(((to - from) * piece) / pieces));
  return Array.from({ length: pieces }, (_, piece) => ({
    devices: [device],
    from: edge(piece),
    to: edge(piece + 1),
  }));
}
