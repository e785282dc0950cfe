import { type CompleteCategory, usualFallback } from '#model/category.ts';
import type { Role } from '#model/role.ts';

/**
 * The wanted role and, after it, the roles that stand in for it: those of the category where its owner is wanted, else
 * those that usually do.
 */
export function dutyChain(
  role: Role,
  category?: Pick<CompleteCategory, 'owner' | 'fallback'>,
): readonly Role[] {
  if (role === 'auditor') return [];
  const standIns = category?.owner === role ? category.fallback : usualFallback(role);
  return [role, ...standIns.filter((each) => each !== role && each !== 'auditor')];
}
