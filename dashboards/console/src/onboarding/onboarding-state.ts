import type { Device } from '../api/types.ts';

export type OnboardingState = 'unclaimed' | 'probation' | 'retired';

/** What is not as with any device; null: all is. Kinds of life safety have no probation. */
export function onboardingState(
  { probationUntil, retired, unclaimed }: Pick<Device, 'probationUntil' | 'retired' | 'unclaimed'>,
  { isLifeSafety, now }: { readonly isLifeSafety: boolean; readonly now: number },
): OnboardingState | null {
  if (retired !== undefined) return 'retired';
  if (unclaimed) return 'unclaimed';
  const isTried = probationUntil !== undefined && Date.parse(probationUntil) > now;
  return isTried && !isLifeSafety ? 'probation' : null;
}
