import type { Room } from '#rules/engine/habits/rooms.ts';
import type { Sign } from '#rules/engine/habits/sign.ts';
import { doorGraceMs } from '#rules/engine/habits/stretches.ts';

/** Slots of five minutes since 1970, of the last hour, oldest first. */
export interface Roaming {
  readonly spot: string;
  /** The person went from one spot to another. */
  readonly moves: readonly number[];
  /** The person was where she or he is not at night, and where. */
  readonly odd: readonly (readonly [slot: number, spot: string])[];
  /** The last of either, epoch ms. */
  readonly at: number;
}

/** What is remembered of the person, as plain data; times in epoch ms. */
export interface HabitMemory {
  /** The last sign of life; null: none yet. */
  readonly lastAt: number | null;
  readonly room: Room | null;
  /** The last sign from anything but a bed; null: none yet. */
  readonly upAt: number | null;
  /** The last time that the entrance door moved, as long as nobody was heard inside after it; null: inside. */
  readonly doorAt: number | null;
  /** Since when nobody is inside. */
  readonly outSince: number | null;
  /** Since when the only signs are from the bathroom. */
  readonly bathroomAt: number | null;
  /** The last sign from any other place; null: none yet. */
  readonly elsewhereAt: number | null;
  /** At night: where the person moved about. */
  readonly roaming: Roaming | null;
}

export const noMemory: HabitMemory = {
  lastAt: null,
  upAt: null,
  room: null,
  doorAt: null,
  outSince: null,
  bathroomAt: null,
  elsewhereAt: null,
  roaming: null,
};

/** What a sign changes. */
export function remember(memory: HabitMemory, sign: Sign): HabitMemory {
  const lastAt = Math.max(sign.at, memory.lastAt ?? sign.at);
  switch (sign.kind) {
    case 'still-there':
      return memory.doorAt === null ? { ...memory, lastAt } : memory;
    case 'door': {
      const isPassage = memory.doorAt !== null && memory.lastAt === memory.doorAt;
      const outSince = isPassage ? memory.outSince : sign.at;
      return {
        ...memory,
        lastAt,
        upAt: sign.at,
        doorAt: sign.at,
        outSince,
        bathroomAt: null,
        elsewhereAt: sign.at,
      };
    }
    case 'inside': {
      const room = sign.room ?? memory.room;
      const upAt = sign.isBed ? memory.upAt : sign.at;
      const isLeaving = memory.doorAt !== null && sign.at <= memory.doorAt + doorGraceMs;
      if (isLeaving) return { ...memory, lastAt, upAt, room };
      return { ...memory, lastAt, upAt, room, doorAt: null, outSince: null, ...bathroomAfter(memory, sign) };
    }
  }
}

function bathroomAfter(
  { bathroomAt, elsewhereAt }: HabitMemory,
  { room, at }: Extract<Sign, { kind: 'inside' }>,
): Pick<HabitMemory, 'bathroomAt' | 'elsewhereAt'> {
  if (room === null) return { bathroomAt, elsewhereAt };
  return room === 'bathroom'
    ? { bathroomAt: bathroomAt ?? at, elsewhereAt }
    : { bathroomAt: null, elsewhereAt: at };
}
