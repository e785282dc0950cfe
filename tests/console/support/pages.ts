import { pathToFileURL } from 'node:url';
import type { ApiClient } from '#tests/flow/support/api-client.ts';
import type { Part } from './lived-in-community.ts';

/** A page as dashboards/console/src/pages/page.ts has it, as far as tests want to know. */
export interface ConsolePage {
  readonly name: string;
  readonly path: string;
  readonly section?: string;
  readonly roles?: readonly string[];
}

// By its address, so that the server's compiler does not follow it into the console, which has its own.
const catalogue = pathToFileURL('dashboards/console/src/pages/pages.ts').href;

/** Every page behind the sign-in, read from the console's own list: a page that is new is tested by being in it. */
export const consolePages: readonly ConsolePage[] = (
  (await import(catalogue)) as { pages: readonly ConsolePage[] }
).pages;

const roles = {
  manager: 'property-manager',
  worker: 'grid-worker',
  carer: 'care-staff',
  leader: 'grid-leader',
  duty: 'community-duty',
  auditor: 'auditor',
  admin: 'admin',
} as const satisfies Record<Part, string>;

export const mayOpen = (page: ConsolePage, part: Part): boolean => page.roles?.includes(roles[part]) ?? true;

/** Who of these opens the page: the first who may, else anybody of the cast who may. */
export function whoOpens(page: ConsolePage, ...preferred: readonly Part[]): Part {
  const everybody: readonly Part[] = ['manager', 'worker', 'carer', 'leader', 'duty', 'auditor', 'admin'];
  const found = [...preferred, ...everybody].find((part) => mayOpen(page, part));
  if (found === undefined) throw new Error(`nobody of the cast may open ${page.name}`);
  return found;
}

/** An address of the page; what it shows one of (`/tasks/:id`) is the newest of the API's list of the same name. */
export async function addressOf(page: ConsolePage, api: ApiClient): Promise<string> {
  const [, list, parameter] = /^\/([\w-]+)\/(:\w+)/.exec(page.path) ?? [];
  if (list === undefined || parameter === undefined) return page.path;
  const { body } = await api.get<{ items?: readonly { id: string }[] }>(`/api/v1/${list}?limit=1`);
  const id = body.items?.[0]?.id;
  if (id === undefined) throw new Error(`/api/v1/${list} holds nothing that ${page.path} could show`);
  return page.path.replace(parameter, encodeURIComponent(id));
}
