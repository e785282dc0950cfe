import { type Check, fine, problem } from '#app/doctor/finding.ts';

/**
 * That nothing was taken out of the histories of tasks and the audit: entries are numbered without gaps and each begins in
 * the state in which the one before ended. A chain of hashes, which also tells of words that were changed, is not there yet.
 */
export const taskHistory: Check = {
  name: 'task-history',
  examine: ({ ops }) => {
    if (!ops?.ok) return [];
    const broken = ops.value.brokenHistories();
    if (broken.length === 0) return [fine('histories of tasks and the audit have no gap')];
    return [
      problem(
        broken.join('; '),
        'somebody changed the file by hand, or it is damaged: compare with a copy of the data directory',
      ),
    ];
  },
};
