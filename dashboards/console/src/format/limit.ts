/** Units in which a limit is written: time that passes, or (`wh`, `wd`) hours and days of the working calendar. */
export const limitUnits = ['s', 'm', 'h', 'd', 'wh', 'wd'] as const;
export type LimitUnit = (typeof limitUnits)[number];
/** Those of time that simply passes. */
export const spanUnits = ['s', 'm', 'h', 'd'] as const satisfies readonly LimitUnit[];

/** A limit as two fields of a form; an amount of '' is no limit. */
export interface LimitParts {
  readonly amount: string;
  readonly unit: LimitUnit;
}

/** `4wh` in its parts; what is not written so comes out without an amount, in minutes. */
export function limitParts(text: string | undefined): LimitParts {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(s|m|h|d|wh|wd)$/.exec(text ?? '') ?? [];
  const known = limitUnits.find((each) => each === unit);
  return amount === undefined || known === undefined ? { amount: '', unit: 'm' } : { amount, unit: known };
}

/** The same as one text; undefined: no limit. */
export function limitText({ amount, unit }: LimitParts): string | undefined {
  const digits = amount.trim();
  return digits === '' ? undefined : `${digits}${unit}`;
}

/** Whether the amount is none, or a number that is more than nothing. */
export const isLimitSound = ({ amount }: LimitParts): boolean =>
  amount.trim() === '' || (/^\d+(\.\d+)?$/.test(amount.trim()) && Number(amount) > 0);
