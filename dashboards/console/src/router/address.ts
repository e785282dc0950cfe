import { computed, type WritableComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';

type Fields = Readonly<Record<string, string | undefined>>;

/** What stands in the address of the page, so that it can be sent to somebody and survives a reload. */
export function useAddress() {
  const route = useRoute();
  const router = useRouter();

  const read = (name: string): string => {
    const value = route.query[name];
    return typeof value === 'string' ? value : '';
  };
  /** Without a step in the browser's history; an empty field is taken away. */
  const write = (fields: Fields): void => {
    const query = { ...route.query };
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined || value === '') delete query[name];
      else query[name] = value;
    }
    void router.replace({ query });
  };
  return {
    read,
    write,
    field: (name: string): WritableComputedRef<string> =>
      computed({ get: () => read(name), set: (value) => write({ [name]: value }) }),
  };
}
