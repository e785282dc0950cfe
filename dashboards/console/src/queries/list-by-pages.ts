import { keepPreviousData, useInfiniteQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, reactive, toValue } from 'vue';

interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}
interface PageAsked {
  readonly limit: number;
  readonly cursor?: string;
}
interface ListGiven<Item> {
  readonly key: MaybeRefOrGetter<readonly unknown[]>;
  readonly pageSize: number;
  readonly read: (page: PageAsked) => Promise<ListPage<Item>>;
  /** So often it is read anew, and what stood is shown until another filter's pages are there. Absent: neither. */
  readonly refreshMs?: number;
}

/** A list of the API that is read page by page, as one goes on. */
export function useListByPages<Item extends { readonly id: string }>({
  key,
  pageSize,
  read,
  refreshMs,
}: ListGiven<Item>) {
  const query = useInfiniteQuery({
    queryKey: computed(() => toValue(key)),
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: { limit: pageSize } as PageAsked,
    getNextPageParam: ({ next }: ListPage<Item>) =>
      next === null ? null : { limit: pageSize, cursor: next },
    ...(refreshMs === undefined ? {} : { placeholderData: keepPreviousData, refetchInterval: refreshMs }),
  });
  return reactive({
    ...query,
    /** Page by page they are read at different times: what moved meanwhile may come twice, and is shown once. */
    data: computed(
      () =>
        query.data.value && [
          ...new Map(
            query.data.value.pages.flatMap(({ items }) => items).map((each) => [each.id, each]),
          ).values(),
        ],
    ),
  });
}
