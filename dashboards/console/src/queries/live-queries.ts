import { useQueryClient } from '@tanstack/vue-query';
import { onScopeDispose } from 'vue';
import { useLive } from '../live/live.ts';

const restMs = 1_000;

/**
 * Reads lists again when the stream says that alarms or tasks changed, at most once a second however many changed, and
 * everything after the stream was lost. Mounted once, by the frame.
 */
export function useLiveQueries(): void {
  const queries = useQueryClient();
  const live = useLive();
  const waiting = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = (): void => {
    timer = undefined;
    for (const key of waiting) void queries.invalidateQueries({ queryKey: [key] });
    waiting.clear();
  };
  const changed = (...keys: readonly string[]): void => {
    for (const key of keys) waiting.add(key);
    timer ??= setTimeout(flush, restMs);
  };
  // The first of a burst is shown at once; what follows waits for the rest.
  const changedNow = (...keys: readonly string[]): void => {
    const isFirst = timer === undefined;
    changed(...keys);
    if (isFirst) {
      for (const key of waiting) void queries.invalidateQueries({ queryKey: [key] });
      waiting.clear();
    }
  };
  const ends = [
    live.on('alarm', ({ id }) => {
      void queries.invalidateQueries({ queryKey: ['alarm', id] });
      changedNow('alarms', 'overview');
    }),
    live.on('task', (task) => {
      queries.setQueryData(['task', task.id], (known: { version?: number } | undefined) =>
        known?.version !== undefined && task.historyOmitted === undefined && task.alarmsOmitted === undefined
          ? task
          : known,
      );
      void queries.invalidateQueries({ queryKey: ['task', task.id] });
      changedNow('tasks', 'overview');
    }),
    live.onResumed(() => void queries.invalidateQueries()),
  ];
  onScopeDispose(() => {
    clearTimeout(timer);
    for (const end of ends) end();
  });
}
