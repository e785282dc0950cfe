import type { Category } from '../../api/types.ts';
import { type ContactDraft, withinMsOf } from './contact-draft.ts';

type LadderPlan = Extract<NonNullable<Category['ladder']>, object>;

/** One step of what happens when this resident calls for help. */
export interface PreviewStep {
  readonly rung: LadderPlan['rungs'][number]['for'];
  /** Contacts who are called in it. */
  readonly who: readonly ContactDraft[];
  /** How long until the next; null: the last. */
  readonly withinMs: number | null;
  /** Nobody is called, because. */
  readonly passed: 'no-phone' | 'no-contacts' | 'no-consent' | null;
}

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const usualMs = 60_000;
const shortestTurnMs = 15_000;
const lastOrder = 99;

function msOf(text: string | undefined): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(s|m|h|d)$/.exec(text ?? '') ?? [];
  return amount === undefined ? usualMs : Number(amount) * (unitMs[unit] ?? 0);
}
const orderOf = ({ order }: ContactDraft): number => (order === '' ? lastOrder : Number(order));

/**
 * Whom the care ladder calls for one resident and for how long, as far as it is known beforehand: hours and modes depend on
 * the moment. The same as the server does it (tasks/ladder-plan.ts; a test compares them).
 */
export function previewOf(
  plan: LadderPlan,
  { contacts, phone }: { readonly phone: string; readonly contacts: readonly ContactDraft[] },
): readonly PreviewStep[] {
  const steps = plan.rungs.flatMap(({ for: rung, within }): PreviewStep[] => {
    const withinMs = msOf(within);
    if (rung === 'family') return familySteps(contacts, withinMs);
    const passed = rung === 'resident' && phone.trim() === '' ? 'no-phone' : null;
    return [{ rung, who: [], withinMs, passed }];
  });
  return steps.map((step, index) => (index === steps.length - 1 ? { ...step, withinMs: null } : step));
}

function familySteps(contacts: readonly ContactDraft[], withinMs: number): PreviewStep[] {
  const agreed = contacts.filter(({ consent }) => consent);
  const orders = [...new Set(agreed.map(orderOf))].sort((a, b) => a - b);
  const empty = { rung: 'family', who: [], withinMs } as const;
  if (contacts.length === 0) return [{ ...empty, passed: 'no-contacts' }];
  if (orders.length === 0) return [{ ...empty, passed: 'no-consent' }];
  const share =
    orders.length === 1 ? withinMs : Math.max(Math.floor(withinMs / orders.length), shortestTurnMs);
  return orders.map((order) => {
    const those = agreed.filter((contact) => orderOf(contact) === order);
    const who = those.filter(({ email, phone }) => phone.trim() !== '' || email.trim() !== '');
    const longest = Math.max(0, ...those.map((contact) => withinMsOf(contact) ?? 0));
    return { rung: 'family', who, withinMs: longest || share, passed: who.length === 0 ? 'no-phone' : null };
  });
}
