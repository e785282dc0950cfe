import { setTimeout as delay } from 'node:timers/promises';
import type { Agenda } from '#device-sim/demo/agenda.ts';
import type { SimMessage, World } from '#device-sim/message.ts';
import { type EpochMs, epochMs } from '#model/brand.ts';
import type { Clock } from '#model/clock.ts';

export interface LiveOptions {
  readonly world: World;
  readonly clock: Clock;
  /** Up to here everything was said. */
  readonly from: EpochMs;
  readonly say: (message: SimMessage) => void;
  readonly signal: AbortSignal;
}

const endOfTime = epochMs(8_640_000_000_000_000);

/** Lets the devices say at each moment what is theirs to say; what was missed at the beginning is said at once. */
export async function liveOn({ clock, from, say, signal, world }: LiveOptions): Promise<void> {
  for (const { messages } of world.seconds({ from, to: endOfTime }))
    for (const message of messages) {
      const wait = message.at - clock.now();
      if (wait > 0) await sleep(wait, signal);
      if (signal.aborted) return;
      say(message);
    }
}

/** Resolves early when it is called off. */
export const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);

export interface KeepAgendaOptions {
  readonly agenda: Agenda;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/** What was added meanwhile is found this soon. */
const lookMs = 250;

/** Lets people do at each moment what they meant to do then; something that fails is left. */
export async function keepAgenda({ agenda, clock, onError, signal }: KeepAgendaOptions): Promise<void> {
  while (!signal.aborted) {
    try {
      await agenda.runUntil(clock.now());
    } catch (error) {
      onError(error);
    }
    await sleep(lookMs, signal);
  }
}
