import { DateTime } from 'luxon';
import type { DurationMs, EpochMs } from '#model/brand.ts';
import type { Resident } from '#model/community.ts';
import { parseDuration } from '#model/duration.ts';

/** Somebody whom a resident wants to be called, read from an entry of `contacts`. */
export interface CareContact {
  /** Its position in the resident's list. */
  readonly index: number;
  readonly name: string | null;
  /** `daughter`, `邻居`. */
  readonly relation: string | null;
  readonly phone: string | null;
  readonly email: string | null;
  readonly language: 'zh' | 'en';
  /** Who is called first; entries without it come last, in the order of the list. */
  readonly order: number;
  /** When they may be called, by the community's clock; null: at any time. */
  readonly hours: { readonly from: string; readonly to: string } | null;
  /** They agreed to be told. */
  readonly consent: boolean;
  /** How long those of this `order` have until the next is called; null: an equal share of the family's time. */
  readonly withinMs: DurationMs | null;
}

/** As with the other rungs of a ladder, an hour at most; nobody answers a call in less than a quarter of a minute. */
const shortestTurnMs = 15_000;
const longestTurnMs = 3_600_000;

const lastOrder = 99;
const hoursPattern = /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/;

/**
 * The contacts of a resident. Entries are free, as they always were; what is read of them is `name`, `relation`, `phone`,
 * `email`, `language`, `order` (1 to 99), `hours` (`08:00-22:00`), `consent` and `within` (`15s` to `1h`). What has another shape is
 * not there.
 */
export const contactsOf = ({ contacts = [] }: Pick<Resident, 'contacts'>): readonly CareContact[] =>
  contacts.map((entry, index) => {
    const text = (key: string, most = 200): string | null => {
      const value = entry[key];
      return typeof value === 'string' && value.trim() !== '' && value.length <= most ? value.trim() : null;
    };
    const order = entry['order'];
    return {
      index,
      name: text('name'),
      relation: text('relation'),
      phone: text('phone', 100),
      email: emailIn(text('email', 254)),
      language: entry['language'] === 'en' ? 'en' : 'zh',
      order:
        Number.isInteger(order) && Number(order) >= 1 && Number(order) <= lastOrder
          ? Number(order)
          : lastOrder,
      hours: hoursIn(text('hours')),
      consent: entry['consent'] === true,
      withinMs: turnIn(text('within')),
    };
  });

function turnIn(text: string | null): DurationMs | null {
  const ms = text === null ? undefined : parseDuration(text);
  return ms !== undefined && ms >= shortestTurnMs && ms <= longestTurnMs ? ms : null;
}

const emailIn = (text: string | null): string | null =>
  text !== null && /^[^\s@]+@[^\s@]+$/.test(text) ? text : null;

function hoursIn(text: string | null): CareContact['hours'] {
  if (text === null || !hoursPattern.test(text)) return null;
  const [from = '', to = ''] = text.split('-');
  return { from, to };
}

/** Whether a contact may be called at `at`; hours whose end is not after their beginning run over midnight. */
export function isReachableAt({ hours }: Pick<CareContact, 'hours'>, at: EpochMs, zone: string): boolean {
  if (hours === null) return true;
  const clock = DateTime.fromMillis(at, { zone }).toFormat('HH:mm');
  return hours.from < hours.to
    ? clock >= hours.from && clock < hours.to
    : clock >= hours.from || clock < hours.to;
}
