import type { Resident } from '../../api/types.ts';
import { type LimitParts, limitParts, limitText, spanUnits } from '../../format/limit.ts';

type Entry = NonNullable<Resident['contacts']>[number];

/** Somebody whom a resident wants to be called, as a form holds it. */
export interface ContactDraft {
  readonly key: number;
  name: string;
  relation: string;
  phone: string;
  email: string;
  language: 'zh' | 'en';
  /** 1 to 9, as text; '': after all others. */
  order: string;
  hasHours: boolean;
  from: string;
  to: string;
  consent: boolean;
  within: LimitParts;
  /** What else stands in the entry, which is nobody's to lose. */
  readonly rest: Entry;
}

/** As many as a form offers; the server takes up to 99. */
export const orders = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;
const hoursPattern = /^(\d\d:\d\d)-(\d\d:\d\d)$/;
const known: ReadonlySet<string> = new Set([
  'name',
  'relation',
  'phone',
  'email',
  'language',
  'order',
  'hours',
  'consent',
  'within',
]);

export function contactDraft(entry: Entry, key: number): ContactDraft {
  const text = (name: string): string => (typeof entry[name] === 'string' ? entry[name] : '');
  const [, from = '08:00', to = '22:00'] = hoursPattern.exec(text('hours')) ?? [];
  const { unit, amount } = limitParts(text('within'));
  return {
    key,
    name: text('name'),
    relation: text('relation'),
    phone: text('phone'),
    email: text('email'),
    language: entry['language'] === 'en' ? 'en' : 'zh',
    order: Number.isInteger(entry['order']) ? String(entry['order']) : '',
    hasHours: hoursPattern.test(text('hours')),
    from,
    // A field for a time knows no 24:00; midnight says the same.
    to: to === '24:00' ? '00:00' : to,
    consent: entry['consent'] === true,
    // Turns are short: seconds, where nothing is said.
    within: { amount, unit: amount !== '' && spanUnits.some((each) => each === unit) ? unit : 's' },
    rest: Object.fromEntries(Object.entries(entry).filter(([name]) => !known.has(name))),
  };
}

/** The entry as the server keeps it: nothing of what is left empty. */
export function contactBody(draft: ContactDraft): Entry {
  const said = (name: 'name' | 'relation' | 'phone' | 'email'): Entry =>
    draft[name].trim() === '' ? {} : { [name]: draft[name].trim() };
  const within = limitText(draft.within);
  return {
    ...draft.rest,
    ...said('name'),
    ...said('relation'),
    ...said('phone'),
    ...said('email'),
    ...(draft.language === 'en' ? { language: 'en' } : {}),
    ...(draft.order === '' ? {} : { order: Number(draft.order) }),
    ...(draft.hasHours ? { hours: `${draft.from}-${draft.to}` } : {}),
    ...(within === undefined ? {} : { within }),
    consent: draft.consent,
  };
}

const ms: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const shortestMs = 15_000;
const longestMs = 3_600_000;
/** How long a contact wants to be waited for, ms; null: not said. NaN: it is no time. */
export const withinMsOf = ({ within }: Pick<ContactDraft, 'within'>): number | null =>
  within.amount.trim() === '' ? null : Number(within.amount) * (ms[within.unit] ?? Number.NaN);

/** What is wrong with a contact, as a key of `residents.…`; null: nothing. */
export function contactProblem(
  draft: ContactDraft,
): 'problem-name' | 'problem-reach' | 'problem-email' | 'problem-hours' | 'problem-within' | null {
  if (draft.name.trim() === '') return 'problem-name';
  if (draft.phone.trim() === '' && draft.email.trim() === '') return 'problem-reach';
  if (draft.email.trim() !== '' && !/^[^\s@]+@[^\s@]+$/.test(draft.email.trim())) return 'problem-email';
  if (draft.hasHours && (draft.from === '' || draft.to === '')) return 'problem-hours';
  const within = withinMsOf(draft);
  return within === null || (within >= shortestMs && within <= longestMs) ? null : 'problem-within';
}
