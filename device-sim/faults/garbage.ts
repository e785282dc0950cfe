import type { Chance } from '#device-sim/chance/chance.ts';
import type { Fault } from '#device-sim/faults/fault.ts';
import { type Outgoing, rescheduled, saidIn } from '#device-sim/faults/outgoing.ts';

/** Contract: what a device says may have so many bytes. */
const messageLimit = 64 * 1_024;

/** What nobody can read, by kind; each is one entry in quarantine. */
const kinds = {
  bytes: (_message: Outgoing, chance: Chance): Uint8Array =>
    // Begins with what UTF-8 never has (RFC 3629 §1).
    Uint8Array.from({ length: chance.whole(1, 200) }, (_, index) =>
      index === 0 ? 0xff : chance.whole(0, 255),
    ),
  'broken-json': ({ payload }: Outgoing, chance: Chance): string => {
    const text = String(payload);
    return text.slice(0, chance.whole(1, Math.max(1, text.length - 1)));
  },
  'wrong-types': (message: Outgoing): string => {
    const { ts, values } = (saidIn(message) ?? {}) as { ts?: unknown; values?: object };
    const [property = 'temperature'] = Object.keys(values ?? {});
    return JSON.stringify({ ts, values: { [property]: { is: 'not a value' } } });
  },
  // Of a gateway so much is allowed: therefore no JSON either.
  'too-large': ({ payload }: Outgoing, chance: Chance): string =>
    `${String(payload).padEnd(messageLimit + chance.whole(0, messageLimit))},`,
} as const;
const kindNames = Object.keys(kinds) as [keyof typeof kinds, ...(keyof typeof kinds)[]];

/** A device whose firmware has bad moments: before what it means it says something that nobody can read. */
export const garbage: Fault = {
  about: 'nonsense comes beside the telemetry: bytes, broken JSON, wrong types, more than 64 KiB',
  defaultRate: 0.01,
  rateOf: 'messages',
  changesOutcome: false,
  apply: (seconds, around) =>
    rescheduled(seconds, around.end, (message) => {
      if (message.topic !== 'telemetry' || !around.concerns(message.device)) return [message];
      const chance = around.chanceOf(message.device);
      if (!chance.happens(around.rate)) return [message];
      const kind = chance.pick(kindNames);
      around.count(kind);
      return [{ ...message, payload: kinds[kind](message, chance) }, message];
    }),
};
