import { atWallText, wallText } from '../../format/zoned-time.ts';

const hourMs = 3_600_000;

/** For how long one usually sets a mode. */
const spans = { '2h': 2 * hourMs, '8h': 8 * hourMs, '1d': 24 * hourMs, '7d': 168 * hourMs } as const;
export type Span = keyof typeof spans;
export const spanNames = Object.keys(spans) as readonly Span[];

/** As the field for a mode's end has it: a length, a time of one's own, or until somebody ends it. */
export type EndChoice = Span | 'own' | 'open';

/** ISO 8601; null: until somebody ends it; undefined: there is no such time, or it is over already. */
export function endOf(choice: EndChoice, own: string, { now, zone }: { now: number; zone: string }) {
  if (choice === 'open') return null;
  const at = choice === 'own' ? atWallText(own, zone) : now + spans[choice];
  return at === undefined || at <= now ? undefined : new Date(at).toISOString();
}

/** What a field for a time of one's own begins with: tomorrow at eight. */
export const tomorrowAtEight = (now: number, zone: string): string =>
  `${wallText(now + 24 * hourMs, zone).slice(0, 10)}T08:00`;

/** Whether it still counts. */
export const isInForce = ({ until }: { until?: string | undefined }, now: number): boolean =>
  until === undefined || Date.parse(until) > now;
