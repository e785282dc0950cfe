import { pathToFileURL } from 'node:url';

/** A page as dashboards/console/src/pages/page.ts has it, as far as tests want to know. */
export interface ConsolePage {
  readonly name: string;
  readonly path: string;
  readonly roles?: readonly string[];
}

// By its address, so that the server's compiler does not follow it into the console, which has its own.
const catalogue = pathToFileURL('dashboards/console/src/pages/pages.ts').href;

/** Every page behind the sign-in, read from the console's own list: a page that is new is tested by being in it. */
export const consolePages: readonly ConsolePage[] = (
  (await import(catalogue)) as { pages: readonly ConsolePage[] }
).pages;

export const mayOpen = (page: ConsolePage, role: string): boolean => page.roles?.includes(role) ?? true;

/** Pages of which most roles that may open them see little. */
const seenBest: Readonly<Record<string, string>> = {
  'rule-new': 'admin',
  'rule-edit': 'admin',
  unclaimed: 'property-manager',
  claim: 'property-manager',
};

/** The first of these roles that may open the page, and sees most of it. @throws when none may */
export function whoOpens<Role extends string>(page: ConsolePage, roles: readonly Role[]): Role {
  const found =
    roles.find((role) => role === seenBest[page.name]) ?? roles.find((role) => mayOpen(page, role));
  if (found === undefined) throw new Error(`none of ${roles.join(', ')} may open ${page.name}`);
  return found;
}

/** Reads the API at a path, as tests/flow/support/api-client.ts does. */
interface Reader {
  get<T>(path: string): Promise<{ readonly body: T }>;
}

/** Where a page of the demo's community has more to show than its bare address, or than the newest of its list. */
const fuller: Readonly<Record<string, string>> = {
  device: '/devices/air-g1-garage?property=temperature&range=24h',
  rule: '/rules/smoke-alarm?device=smoke-b3-0502',
  'rule-edit': '/rules/smoke-alarm/edit',
  claim: '/claim?gateway=z2m-1&address=0x00158d0004a1b2c3',
  explorer: '/explorer?s=air-g1-garage:temperature&s=air-g1-garage:humidity&s=co-g1-garage:co&range=24h',
};
const shownOf: Readonly<Record<string, string>> = {
  task: 'category=fire',
  alarm: 'rule=smoke-alarm',
};

/** An address of the page; what it shows one of (`/tasks/:id`) is the newest of the API's list of the same name. */
export async function addressOf({ name, path }: ConsolePage, api: Reader): Promise<string> {
  const known = fuller[name];
  if (known !== undefined) return known;
  const [, list, parameter] = /^\/([\w-]+)\/(:\w+)/.exec(path) ?? [];
  if (list === undefined || parameter === undefined) return path;
  const { body } = await api.get<{ items?: readonly { id: string }[] }>(
    `/api/v1/${list}?limit=1&${shownOf[name] ?? ''}`,
  );
  const id = body.items?.[0]?.id;
  if (id === undefined) throw new Error(`/api/v1/${list} holds nothing that ${path} could show`);
  return path.replace(parameter, encodeURIComponent(id));
}
