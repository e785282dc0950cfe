import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { answerOf } from '../api/client.ts';
import type { Device, LocalText, Person, Place } from '../api/types.ts';
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../i18n/texts.ts';
import { useSession } from '../session/session.ts';
import { allPages } from './all-pages.ts';
import { usePropertyWords } from './property-words.ts';

const halfHourMs = 30 * 60_000;

/** All places, devices and staff that this person may know, by id; read once and kept. */
export function useDirectory() {
  const api = useApi();
  const { who } = useSession();
  const mayRead = computed(() => who.value !== null && who.value.user.role !== 'volunteer');
  const kept = { staleTime: halfHourMs, enabled: mayRead };
  const places = useQuery({
    queryKey: ['places'],
    queryFn: () => allPages<Place>((query) => answerOf(api.GET('/api/v1/places', { params: { query } }))),
    ...kept,
  });
  const devices = useQuery({
    queryKey: ['devices', 'directory'],
    queryFn: () => allPages<Device>((query) => answerOf(api.GET('/api/v1/devices', { params: { query } }))),
    ...kept,
  });
  const people = useQuery({
    queryKey: ['people'],
    queryFn: () => allPages<Person>((query) => answerOf(api.GET('/api/v1/people', { params: { query } }))),
    ...kept,
  });
  const byId = <Item extends { id: string }>(items: readonly Item[] | undefined) =>
    new Map((items ?? []).map((item) => [item.id, item]));
  return {
    places: computed(() => byId(places.data.value)),
    devices: computed(() => byId(devices.data.value)),
    people: computed(() => byId(people.data.value)),
  };
}

/** How things are called on the page; what this person may not know, or what is gone, is called by its id. */
export function useNames() {
  const { places, devices, people } = useDirectory();
  const { local, t, word } = useTexts();
  const { kind } = usePropertyWords();
  const { who } = useSession();

  /** With the building in front of a room that does not say it: places are called as people call them. */
  const place = (id: string): string => {
    const community = who.value?.community;
    if (community?.id === id) return local(community.name, id);
    return local(places.value.get(id)?.name, id);
  };
  return {
    place,
    /** The place and those around it, from the widest down; the community itself is left out. */
    path(id: string): readonly string[] {
      const path: string[] = [];
      for (
        let next = places.value.get(id);
        next !== undefined && !path.includes(next.id);
        next = places.value.get(next.parent)
      )
        path.unshift(next.id);
      return path.length === 0 ? [id] : path;
    },
    /** Kind and place, as people speak of a device that has no name of its own. */
    device(id: string): string {
      const device = devices.value.get(id);
      if (!device) return id;
      const given = local(device.name);
      return given !== '' ? given : `${place(device.place)} ${kind(device.kind)}`;
    },
    /** A rule by its name, else by what we call it, else by its id. */
    rule(id: string, name: LocalText | null): string {
      const given = local(name ?? undefined, id);
      return given === id ? word('rule-names', id) : given;
    },
    /** Staff by name; `rule:…`, `system` and the like by what they are. */
    actor(id: string): string {
      const person = people.value.get(id);
      if (person) return local(person.name, id);
      if (id === who.value?.user.id) return local(who.value.user.name, id);
      if (id.startsWith('rule:')) return t('common.actor-rule');
      if (id === 'resident') return t('common.actor-resident');
      if (id === 'system') return t('common.actor-system');
      if (id === 'operator') return t('common.actor-operator');
      return id;
    },
  };
}
