/** Every state of an open task, as `state=` of the list wants them. */
export const openStates = [
  'reported',
  'verifying',
  'filed',
  'dispatched',
  'accepted',
  'in-progress',
  'rework',
  'returned',
  'suspended',
  'feedback',
] as const;
export const endedStates = ['closed', 'evaluated', 'rejected', 'void'] as const;
