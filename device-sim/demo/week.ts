import type { Agenda } from '#device-sim/demo/agenda.ts';
import type { SimMessage, SimSecond } from '#device-sim/message.ts';
import type { EpochMs } from '#model/brand.ts';

export interface WeekOptions {
  readonly seconds: Iterable<SimSecond>;
  readonly agenda: Agenda;
  /** Publishes; resolves when there is room for the next one. */
  readonly send: (message: SimMessage) => Promise<void>;
  /** Resolves when everything that was sent is acknowledged. */
  readonly drain: () => Promise<void>;
  /** Lets time pass on the platform; resolves when everything before is processed. */
  readonly advance: (to: EpochMs) => Promise<void>;
  /** After each second that was sent. */
  readonly onProgress: (at: EpochMs) => void;
  /** Ends it early. */
  readonly stop: AbortSignal;
}

/**
 * Plays what was said in the past, on the data clock and in order of time. Whenever people have something to do, all
 * that was said before is acknowledged and processed first, so that they act at their time and on what stands then.
 * @returns how many messages were published.
 */
export async function playWeek(options: WeekOptions): Promise<number> {
  const { advance, agenda, drain, onProgress, seconds, send, stop } = options;
  let published = 0;
  for (const { at, messages } of seconds) {
    if (stop.aborted) break;
    for (let due = agenda.next; due !== undefined && due <= at; due = agenda.next) {
      await drain();
      await advance(due);
      await agenda.runUntil(due);
    }
    for (const message of messages) await send(message);
    published += messages.length;
    onProgress(at);
  }
  await drain();
  return published;
}
