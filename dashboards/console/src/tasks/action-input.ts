import { useSessionStorage } from '@vueuse/core';
import { computed, ref } from 'vue';
import type { Task } from '../api/types.ts';
import { useZone } from '../format/zone.ts';
import { atWallText } from '../format/zoned-time.ts';
import { useTexts } from '../i18n/texts.ts';
import { useNow } from '../live/now.ts';
import { useCategories } from '../queries/categories.ts';
import type { Transition } from './task-actions.ts';
import type { TaskInput } from './task-queries.ts';

/** The best first. */
export const ratings = ['5', '4', '3', '2', '1'] as const;
export type Rating = (typeof ratings)[number];

/** The server puts nothing aside for longer. */
const longestMs = 366 * 86_400_000;

/** What is filled in for an action, what is still wrong with it, and what is sent. */
export function useActionInput(task: () => Task, row: Transition) {
  const { t } = useTexts();
  const zone = useZone();
  const now = useNow(10_000);
  const { data: categories } = useCategories();
  const wasTried = ref(false);
  const to = ref('');
  const alarms = ref<string[]>([]);
  const rating = ref<Rating | null>(null);
  const until = ref('');
  /** Outlives the dialog and a reload: what was written is kept until it has arrived. */
  const comment = useSessionStorage(`gridbell-draft ${task().id} ${row.action}`, '');

  const asksUntil = ['suspend', 'request-suspension', 'approve-suspension'].includes(row.action);
  const needs = (what: string): boolean => row.needs.includes(what);
  /** Of a category that somebody changed since, the server says so itself. */
  const wanted = computed(() =>
    row.action === 'feedback'
      ? (categories.value?.find(({ id }) => id === task().category)?.evidence ?? [])
      : [],
  );
  const needsComment = computed(() => needs('comment') || wanted.value.includes('comment'));
  const lacksPhoto = computed(() => wanted.value.includes('photo') && task().evidence.length === 0);
  const untilAt = computed(() => (until.value === '' ? null : (atWallText(until.value, zone.value) ?? 0)));

  const untilProblem = computed(() => {
    if (untilAt.value === null) return needs('until') ? t('tasks.until-needed') : null;
    if (untilAt.value <= now.value) return t('tasks.until-past');
    return untilAt.value > now.value + longestMs ? t('tasks.until-too-far') : null;
  });
  const found = computed(() => ({
    comment: needsComment.value && comment.value.trim() === '' ? t('tasks.comment-needed') : null,
    to:
      needs('to') && to.value === ''
        ? t(row.action === 'merge' ? 'tasks.task-needed' : 'tasks.person-needed')
        : null,
    alarms: needs('alarms') && alarms.value.length === 0 ? t('tasks.alarms-needed') : null,
    rating: needs('rating') && rating.value === null ? t('tasks.rating-needed') : null,
    photo: lacksPhoto.value ? t('tasks.photo-needed') : null,
    until: untilProblem.value,
  }));
  const problems = computed(() =>
    wasTried.value
      ? found.value
      : {
          comment: null,
          to: null,
          alarms: null,
          rating: null,
          photo: null,
          until: untilAt.value === null ? null : found.value.until,
        },
  );

  return {
    to,
    alarms,
    rating,
    until,
    asksUntil,
    comment,
    needsComment,
    needsPhoto: computed(() => wanted.value.includes('photo')),
    problems,
    begin(): void {
      wasTried.value = false;
    },
    /** What is to be sent; null: something is not there yet, and is said beside its field. */
    taken(): TaskInput | null {
      wasTried.value = true;
      const words = comment.value.trim();
      if (Object.values(found.value).some((problem) => problem !== null)) return null;
      return {
        ...(words === '' ? {} : { comment: words }),
        ...(to.value === '' ? {} : { to: to.value }),
        ...(alarms.value.length === 0 ? {} : { alarms: alarms.value }),
        ...(rating.value === null ? {} : { rating: Number(rating.value) }),
        ...(untilAt.value === null ? {} : { until: new Date(untilAt.value).toISOString() }),
      };
    },
  };
}
export type ActionInput = ReturnType<typeof useActionInput>;
