import { useQueryClient } from '@tanstack/vue-query';
import { onScopeDispose, watch } from 'vue';
import { useLive } from '../live/live.ts';

const restMs = 500;
/** Lists that the stream tells the changes of. */
const lists = ['alarms', 'tasks', 'overview'] as const;
type List = (typeof lists)[number];

/**
 * Reads lists again when the stream says that alarms or tasks changed: at once, then at most twice a second however many
 * change, each list for itself. Everything, after the stream was lost. Mounted once, by the frame.
 */
export function useLiveQueries(): void {
  const queries = useQueryClient();
  const live = useLive();
  const resting = new Map<List, ReturnType<typeof setTimeout>>();
  const changedMeanwhile = new Set<List>();

  function read(list: List): void {
    changedMeanwhile.delete(list);
    void queries.invalidateQueries({ queryKey: [list] });
    rest(list);
  }
  function rest(list: List): void {
    resting.set(
      list,
      setTimeout(() => rested(list), restMs),
    );
  }
  function rested(list: List): void {
    resting.delete(list);
    if (!changedMeanwhile.has(list)) return;
    // An answer that takes longer than the rest is waited for: cancelled each time it would never come.
    if (queries.isFetching({ queryKey: [list] }) > 0) rest(list);
    else read(list);
  }
  function changed(...which: readonly List[]): void {
    for (const list of which) {
      if (resting.has(list)) changedMeanwhile.add(list);
      else read(list);
    }
  }

  // What was read before the stream stood may have changed before it did.
  const unwatch = watch(live.state, (now, before) => {
    if (now === 'live' && before === 'connecting') changed(...lists);
  });
  const ends = [
    unwatch,
    live.on('alarm', ({ id }) => {
      void queries.invalidateQueries({ queryKey: ['alarm', id] });
      changed('alarms', 'overview');
    }),
    live.on('task', (task) => {
      queries.setQueryData(['task', task.id], (known: { version?: number } | undefined) =>
        known?.version !== undefined && task.historyOmitted === undefined && task.alarmsOmitted === undefined
          ? task
          : known,
      );
      void queries.invalidateQueries({ queryKey: ['task', task.id] });
      changed('tasks', 'overview');
    }),
    live.onResumed(() => void queries.invalidateQueries()),
  ];
  onScopeDispose(() => {
    for (const timer of resting.values()) clearTimeout(timer);
    for (const end of ends) end();
  });
}
