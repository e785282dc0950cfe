import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { answerOf } from '../api/client.ts';
import type { Category } from '../api/types.ts';
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../i18n/texts.ts';
import { allPages } from './all-pages.ts';

/** What tasks are about, as the community has it, by id. */
export function useCategories() {
  const api = useApi();
  return useQuery({
    queryKey: ['categories'],
    queryFn: () =>
      allPages<Category>((query) => answerOf(api.GET('/api/v1/categories', { params: { query } }))),
    staleTime: 5 * 60_000,
  });
}

/** What a category is called: by the community, else by what we call it, else by its code. */
export function useCategoryName(): (id: string) => string {
  const { data } = useCategories();
  const { local, word } = useTexts();
  const names = computed(() => new Map((data.value ?? []).map(({ id, name }) => [id, name])));
  return (id) => {
    const given = local(names.value.get(id));
    return given === '' ? word('categories', id) : given;
  };
}
