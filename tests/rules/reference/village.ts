import type { ResourceChange } from '#model/command.ts';
import { Configuration } from '#model/configuration.ts';

/** A small community with every kind of place, and devices that lie at different depths of it. */
export const places = [
  { id: 'g1', kind: 'grid', parent: 'c1' },
  { id: 'b1', kind: 'building', parent: 'g1' },
  { id: 'u1', kind: 'unit', parent: 'b1' },
  { id: 'r11', kind: 'room', parent: 'u1' },
  { id: 'r12', kind: 'room', parent: 'u1' },
  { id: 'b2', kind: 'building', parent: 'g1' },
  { id: 'g2', kind: 'grid', parent: 'c1' },
  { id: 'r21', kind: 'room', parent: 'g2' },
] as const;
export const residents = [
  { id: 'p1', place: 'r11', birthYear: 1941, livesAlone: true, limits: {} },
  { id: 'p2', place: 'r12', birthYear: 1950, livesAlone: false, limits: {} },
] as const;

export interface PlainDevice {
  readonly id: string;
  readonly kind: string;
  readonly place: string;
  readonly resident?: string;
  readonly expectEvery?: string;
  readonly tags?: readonly string[];
}
/** `d4` is of a life-safety kind: no mode holds it back. */
export const devices: readonly PlainDevice[] = [
  { id: 'd1', kind: 'environment', place: 'r11', resident: 'p1', tags: ['blue'] },
  { id: 'd2', kind: 'motion', place: 'r11', resident: 'p1' },
  { id: 'd3', kind: 'environment', place: 'r12', resident: 'p2', tags: ['blue'] },
  { id: 'd4', kind: 'smoke-detector', place: 'b2' },
  { id: 'd5', kind: 'environment', place: 'r21', expectEvery: '10m' },
];
export const lifeSafetyKinds: readonly string[] = ['smoke-detector'];

/** The place itself and what lies around it, the community last. */
export function path(place: string): readonly string[] {
  const parent = places.find(({ id }) => id === place)?.parent;
  return parent === undefined ? [place] : [place, ...path(parent)];
}

/** The nearest place of that kind at or above `place`. */
export const nearest = (place: string, kind: string): string | undefined =>
  path(place).find((id) =>
    kind === 'community' ? id === 'c1' : places.some((one) => one.id === id && one.kind === kind),
  );

const change = (op: string, resource: string, body: { readonly id: string }): ResourceChange =>
  ({ op, resource, id: body.id, body }) as unknown as ResourceChange;
export const put = (resource: string, body: { readonly id: string }): ResourceChange =>
  change('put', resource, body);
export const remove = (resource: string, id: string): ResourceChange => change('delete', resource, { id });

/** The same community for the engine. */
export function village(timezone: string): Configuration {
  const configuration = new Configuration();
  configuration.apply(put('community', { id: 'c1', timezone } as { id: string }));
  for (const place of places) configuration.apply(put('place', place));
  for (const resident of residents) configuration.apply(put('resident', resident));
  for (const device of devices) configuration.apply(put('device', device));
  return configuration;
}
