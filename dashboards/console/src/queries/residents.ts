import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { answerOf } from '../api/client.ts';
import type { Resident } from '../api/types.ts';
import { useApi } from '../api/use-api.ts';
import { residentReaders } from '../session/role-groups.ts';
import { useSession } from '../session/session.ts';
import { allPages } from './all-pages.ts';

/** Who lives where, for those who may know; nothing for everybody else. */
export function useResidentList() {
  const api = useApi();
  const session = useSession();
  return useQuery({
    queryKey: ['residents'],
    queryFn: () =>
      allPages<Resident>((query) => answerOf(api.GET('/api/v1/residents', { params: { query } }))),
    enabled: computed(() => session.hasRole(...residentReaders)),
    staleTime: 10 * 60_000,
  });
}

/** The same by id. */
export function useResidents() {
  const { data } = useResidentList();
  return computed(() => new Map((data.value ?? []).map((resident) => [resident.id, resident])));
}
