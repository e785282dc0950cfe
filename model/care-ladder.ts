import { type Static, Type } from 'typebox';
import { severities } from '#model/alarm.ts';
import type { AlarmId, DeviceId, EpochMs, PersonId, ResidentId } from '#model/brand.ts';
import { parseDuration } from '#model/duration.ts';
import { roles } from '#model/role.ts';

const oneOf = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.String({ enum: [...values] }));
const closed = <T extends Parameters<typeof Type.Object>[0]>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });
const DurationText = Type.String({ pattern: '^\\d+(\\.\\d+)?(s|m|h|d)$', maxLength: 24 });

/** Who has their turn on a rung: the device's own cancel key, the resident, the family, people of a role, the emergency number. */
export const rungNames = ['cancel', 'resident', 'family', ...roles, 'emergency'] as const;
export type RungName = (typeof rungNames)[number];

/** docs of the domain: a "maybe" waits 30 s; nobody waits longer for a cancel key. */
export const longestCancelMs = 30_000;
const longestRungMs = 60 * 60_000;

const isWithinBounds = ({
  for: who,
  within,
}: {
  readonly for: string;
  readonly within?: string;
}): boolean => {
  const ms = within === undefined ? null : parseDuration(within);
  if (ms === undefined) return false;
  return ms === null || (ms >= 5_000 && ms <= (who === 'cancel' ? longestCancelMs : longestRungMs));
};

const Rung = Type.Refine(
  closed({
    for: oneOf(rungNames),
    /** How long until the next rung has its turn; the last one needs none. Default 60s. */
    within: Type.Optional(DurationText),
  }),
  isWithinBounds,
  () => 'within: 5s to 1h, and at most 30s for cancel',
);

/** The care ladder of a category, as data. */
export const CareLadderPlan = closed({
  /** From bottom to top; each at most once. */
  rungs: Type.Refine(
    Type.Array(Rung, { minItems: 1, maxItems: rungNames.length }),
    (rungs) => new Set(rungs.map((rung) => rung.for)).size === rungs.length,
    () => 'has a rung twice',
  ),
  /** The least severe alarm that starts it; default major. */
  from: Type.Optional(oneOf(severities)),
  /** After the minutes that somebody promised to come in, so much longer; default 60s. */
  grace: Type.Optional(DurationText),
});
export type CareLadderPlan = Static<typeof CareLadderPlan>;

/** That of elderly care: with the times of the domain, an emergency number after three minutes at the latest. */
export const usualLadder: CareLadderPlan = {
  from: 'major',
  grace: '60s',
  rungs: [
    { for: 'cancel', within: '30s' },
    { for: 'resident', within: '30s' },
    { for: 'family', within: '60s' },
    { for: 'care-staff', within: '60s' },
    { for: 'grid-worker', within: '60s' },
    { for: 'emergency' },
  ],
};

/** How a rule's alarms climb: after the cancel window, at once, or not at all. */
export const ladderModes = ['wait', 'at-once', 'none'] as const;
export type LadderMode = (typeof ladderModes)[number];

/** Why a rung was passed over. */
export const passedOver = [
  'in-hospital',
  'away',
  'no-resident',
  'no-phone',
  'no-contacts',
  'no-consent',
  'outside-hours',
  'nobody',
] as const;
export type PassedOver = (typeof passedOver)[number];

/** Somebody who is no staff: a resident, or a contact of theirs by its position in the list. */
export interface Outsider {
  readonly resident: ResidentId;
  /** Absent: the resident. */
  readonly contact?: number;
}

/** One rung of a ladder that was begun. */
export interface LadderRung {
  readonly for: RungName;
  /** Of the family: those with this `order`; absent: all. */
  readonly order?: number;
  readonly withinMs: number;
  /** null: not its turn yet. */
  readonly begunAt: EpochMs | null;
  /** Nobody was called, because; null: somebody was, or it is not its turn yet. */
  readonly passed: PassedOver | null;
  readonly called: readonly Outsider[];
  readonly people: readonly PersonId[];
}

/** Where the help for one alarm stands; a part of its task. */
export interface CareLadder {
  readonly alarm: AlarmId;
  readonly device: DeviceId;
  readonly residents: readonly ResidentId[];
  readonly lifeSafety: boolean;
  readonly startedAt: EpochMs;
  readonly rungs: readonly LadderRung[];
  /** The rung that is on. */
  readonly at: number;
  /** When its time began. */
  readonly since: EpochMs;
  /** Until when the device can cancel; null: it has no such window. */
  readonly cancelUntil: EpochMs | null;
  readonly graceMs: number;
  /** Nobody more is called: cancelled in time, or the resident is well. */
  readonly stopped: { readonly at: EpochMs; readonly by: string; readonly how: 'cancelled' | 'well' } | null;
  /** The device cancelled too late: noted once. */
  readonly lateCancelAt?: EpochMs;
}

/** Somebody who said that they are on their way. */
export interface OnTheWay {
  readonly person: PersonId;
  readonly at: EpochMs;
  readonly until: EpochMs;
  readonly minutes: number;
  readonly comment: string | null;
  /** Nobody had begun when the time was over, and the ladder climbed on. */
  readonly isMissed: boolean;
}

export const mostMinutes = 120;

/** The name that notices have for somebody who is no staff; no person's id has a slash. */
export const outsiderId = ({ contact, resident }: Outsider): PersonId =>
  (contact === undefined ? `resident/${resident}` : `contact/${resident}/${contact}`) as PersonId;

/** Who that is; undefined: a person's id. */
export function outsiderOf(id: string): Outsider | undefined {
  const [kind, resident, contact, ...more] = id.split('/');
  if (resident === undefined || more.length > 0) return undefined;
  if (kind === 'resident' && contact === undefined) return { resident: resident as ResidentId };
  return kind === 'contact' && contact !== undefined && /^\d{1,3}$/.test(contact)
    ? { resident: resident as ResidentId, contact: Number(contact) }
    : undefined;
}
