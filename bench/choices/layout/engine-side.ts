import { assembleEngine } from '#app/engine/assemble.ts';
import { EngineCounts } from '#app/engine/engine-counts.ts';
import { inboxIn, key, opsIn, quiet } from '#bench/choices/premises.ts';
import { InboxReader } from '#broker/inbox/inbox-reader.ts';
import type { Position } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';
import { openOpsWriter } from '#store/ops/open-writer.ts';

export interface EngineSideOptions {
  readonly directory: string;
  /** Work that holds the thread for so long, once a second; 0: none. */
  readonly blockMs: number;
  readonly reached: (position: Position) => void;
  readonly trim: (position: Position) => void;
}

/** The engine, as its thread has it, without history: what would go there is let go. */
export async function startEngine({ blockMs, directory, reached, trim }: EngineSideOptions) {
  const ops = await openOpsWriter(opsIn(directory), { quarantineKey: key });
  const inbox = InboxReader.open({ directory: inboxIn(directory), key });
  const { effects, engine } = assembleEngine({
    ops,
    inbox,
    clock: 'system',
    pseudonymKey: key,
    counts: new EngineCounts(),
    skip: new Map(),
    log: quiet,
    outlet: {
      outcomes: () => undefined,
      events: () => undefined,
      readings: () => undefined,
      historyAvailable: () => effects.historyStored(effects.committedPosition),
      snapshotTaken: trim,
      deviceCommands: () => undefined,
      rightsChanged: () => undefined,
      foundDevices: () => undefined,
      failed: (error) => {
        throw error;
      },
    },
  });
  let isScheduled = false;
  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      if (engine.step()) schedule();
      reached(engine.position);
    });
  };
  if (blockMs > 0) setInterval(() => hold(blockMs), 1_000);
  return { committed: schedule };
}

function hold(ms: number): void {
  for (const until = stopwatch() + ms; stopwatch() < until; );
}
