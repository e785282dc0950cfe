import type { GeneratorProcess } from '#device-sim/load/generator-process.ts';
import type { PlatformProcess } from './platform-process.ts';

const settleWithinS = 600;
const askedAtOnce = 8;

export interface LossReport {
  readonly acknowledged: number;
  /** Messages of the same devices that history holds: those acknowledged, and some whose acknowledgement was cut off. */
  readonly stored: number;
  /** Acknowledged and not in history, by device. */
  readonly lost: number;
}

/** Compares what each device had acknowledged with what history holds of it, once everything is through. */
export async function lossOf(platform: PlatformProcess, load: GeneratorProcess): Promise<LossReport> {
  const { api } = platform;
  await api.settled(settleWithinS);
  const devices = Object.entries(await load.ask('acknowledged', null));
  const report = { acknowledged: 0, stored: 0, lost: 0 };
  const work = async (): Promise<void> => {
    for (let next = devices.pop(); next; next = devices.pop()) {
      const [device, acknowledged] = next;
      if (acknowledged === 0) continue;
      const stored = await api.stored(device, 'temperature');
      report.acknowledged += acknowledged;
      report.stored += stored;
      report.lost += Math.max(0, acknowledged - stored);
    }
  };
  await Promise.all(Array.from({ length: askedAtOnce }, work));
  return report;
}
