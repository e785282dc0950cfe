import { useQueryClient } from '@tanstack/vue-query';
import { type Ref, readonly, ref } from 'vue';
import { ApiProblem } from '../api/problem.ts';
import type { Task } from '../api/types.ts';
import { useTexts } from '../i18n/texts.ts';
import { useToasts } from '../layout/toasts.ts';
import type { Transition } from './task-actions.ts';
import { useTaskAct } from './task-queries.ts';

/** Actions that ask nothing, at one tap. `busy`: the task and action that is under way. */
export function useActAtOnce(): {
  readonly busy: Readonly<Ref<string | null>>;
  readonly run: (task: Task, row: Transition) => Promise<void>;
} {
  const queries = useQueryClient();
  const { mutateAsync } = useTaskAct();
  const { say } = useToasts();
  const { t, word } = useTexts();
  const busy = ref<string | null>(null);
  return {
    busy: readonly(busy),
    async run(task, { action }) {
      if (busy.value !== null) return;
      busy.value = `${task.id} ${action}`;
      try {
        await mutateAsync({ task, action });
        say(t('tasks.done', { action: word('task-actions', action) }));
      } catch (error) {
        say(word('problems', error instanceof ApiProblem ? error.code : 'internal'), 'problem');
        // It is not what it was thought to be: what stands is shown, and the person looks again.
        void queries.invalidateQueries({ queryKey: ['task', task.id] });
        void queries.invalidateQueries({ queryKey: ['tasks'] });
      } finally {
        busy.value = null;
      }
    },
  };
}
