import { type Check, fine, problem } from '#app/doctor/finding.ts';

/**
 * That nothing was taken out of the histories of tasks and the audit, and nothing in a history changed: entries are numbered
 * without gaps, each begins in the state in which the one before ended, and its hash stands for itself and all before it.
 */
export const taskHistory: Check = {
  name: 'task-history',
  examine: ({ ops }) => {
    if (!ops?.ok) return [];
    const broken = ops.value.brokenHistories();
    if (broken.length === 0)
      return [fine('histories of tasks are as they were written, and the audit has no gap')];
    return [
      problem(
        broken.join('; '),
        'somebody changed the file by hand, or it is damaged: compare with a copy of the data directory',
      ),
    ];
  },
};
