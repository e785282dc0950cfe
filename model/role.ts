export const roles = [
  'admin',
  'property-manager',
  'care-staff',
  'grid-worker',
  'grid-leader',
  'community-duty',
  'street-duty',
  'volunteer',
  'auditor',
] as const;

export type Role = (typeof roles)[number];

export const isRole = (word: string): word is Role => roles.some((role) => role === word);
