import type { DeviceId } from '#model/brand.ts';

/** What is said at a topic of ours, or that it is not ours. */
export type Route =
  | { readonly kind: 'telemetry' | 'status' | 'reply' | 'unknown'; readonly device: DeviceId }
  | { readonly kind: 'foreign' };

const foreign: Route = { kind: 'foreign' };
const maxKept = 100_000;

/** Reads `gridbell/{community}/{device}/…` (docs/contract.md, MQTT). The broker has checked that the sender may use it. */
export function routeOf(topic: string): Route {
  if (!topic.startsWith('gridbell/')) return foreign;
  const [, , device, ...rest] = topic.split('/');
  if (device === undefined || device === '') return foreign;
  const id = device as DeviceId;
  switch (rest.join('/')) {
    case 'telemetry':
      return { kind: 'telemetry', device: id };
    case 'status':
      return { kind: 'status', device: id };
    case 'command/reply':
      return { kind: 'reply', device: id };
    default:
      return { kind: 'unknown', device: id };
  }
}

/** Remembers the routes of our own topics: they are few, and each is read thousands of times. */
export class Routes {
  readonly #known = new Map<string, Route>();

  find(topic: string): Route {
    const known = this.#known.get(topic);
    if (known !== undefined) return known;
    const route = routeOf(topic);
    if (route.kind === 'foreign') return route;
    if (this.#known.size >= maxKept) this.#known.clear();
    this.#known.set(topic, route);
    return route;
  }
}
