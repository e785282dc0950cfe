import { TimeQueue } from '#device-sim/playback/queue.ts';
import { type EpochMs, epochMs } from '#model/brand.ts';

/** A message as it leaves, after all that went wrong on the way. */
export interface Outgoing {
  /** When it leaves. */
  readonly at: EpochMs;
  readonly device: string;
  readonly topic: 'telemetry' | 'status';
  /** Bytes when it is no text. */
  readonly payload: string | Uint8Array;
}

/** What happens in one second. */
export interface OutgoingSecond {
  /** The second's beginning. */
  readonly at: EpochMs;
  /** In order of time. */
  readonly messages: readonly Outgoing[];
  /** Devices whose connections break before any of the messages leaves; they come back at once. */
  readonly broken: readonly string[];
}

/** The JSON of a message; undefined for what another fault has broken. */
export function saidIn({ payload }: Outgoing): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(String(payload)) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

export const secondOf = (at: number): EpochMs => epochMs(at - (((at % 1_000) + 1_000) % 1_000));

interface Held extends Outgoing {
  readonly rank: number;
}

/**
 * Passes every message through `alter`, which answers what leaves in its place: nothing, others, the same later. What is to
 * leave later waits for its second; what would leave at `end` or behind it is lost, since nobody else speaks any more then.
 */
export function* rescheduled(
  seconds: Iterable<OutgoingSecond>,
  end: EpochMs,
  alter: (message: Outgoing) => readonly Outgoing[],
): Generator<OutgoingSecond> {
  const held = new TimeQueue<Held>();
  let rank = 0;
  const hold = (message: Outgoing): void => {
    if (message.at < end) held.push({ ...message, rank: rank++ });
  };
  for (const { at, broken, messages } of seconds) {
    yield* heldBefore(held, at);
    for (const message of messages) for (const altered of alter(message)) hold(altered);
    const due = takeBefore(held, at + 1_000);
    if (due.length > 0 || broken.length > 0) yield { at, messages: due, broken };
  }
  yield* heldBefore(held, Number.POSITIVE_INFINITY);
}

function* heldBefore(held: TimeQueue<Held>, end: number): Generator<OutgoingSecond> {
  for (let next = held.peek(); next !== undefined && next.at < end; next = held.peek()) {
    const at = secondOf(next.at);
    yield { at, messages: takeBefore(held, Math.min(at + 1_000, end)), broken: [] };
  }
}

function takeBefore(held: TimeQueue<Held>, end: number): Outgoing[] {
  const taken: Outgoing[] = [];
  for (let next = held.peek(); next !== undefined && next.at < end; next = held.peek()) {
    held.pop();
    const { rank: _, ...message } = next;
    taken.push(message);
  }
  return taken;
}
