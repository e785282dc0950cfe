/** How the readings of a cell are put together. */
export type HeatFn = 'avg' | 'min' | 'max' | 'count';

/** What can be asked of a type, what one wants to see first. */
export function fnsOf(type: 'number' | 'boolean' | 'text' | undefined): readonly HeatFn[] {
  if (type === 'boolean') return ['max', 'avg', 'count'];
  return type === 'text' ? ['count'] : ['avg', 'max', 'min', 'count'];
}

/** The property that a heat map begins with: one that is measured, so that there is more to see than yes and no. */
export const firstOf = (
  properties: readonly string[],
  typeOf: (property: string) => string | undefined,
  isHousekeeping: (property: string) => boolean,
): string =>
  properties.find((property) => typeOf(property) === 'number' && !isHousekeeping(property)) ??
  properties.find((property) => !isHousekeeping(property)) ??
  properties[0] ??
  '';

/** Names of devices; those that several have are told apart by what of their ids is not the same. */
export function toldApart(
  devices: readonly string[],
  nameOf: (device: string) => string,
): ReadonlyMap<string, string> {
  const alike = new Map<string, string[]>();
  for (const device of devices) {
    const name = nameOf(device);
    alike.set(name, [...(alike.get(name) ?? []), device]);
  }
  return new Map(
    [...alike].flatMap(([name, ids]) => {
      const shared = ids.length === 1 ? 0 : sharedStart(ids);
      return ids.map((id) => [id, ids.length === 1 ? name : `${name} ${id.slice(shared) || id}`] as const);
    }),
  );
}

/** How long the words are that all of these begin with, up to the last sign that parts words. */
function sharedStart(ids: readonly string[]): number {
  const [first = ''] = ids;
  let length = 0;
  while (length < first.length && ids.every((id) => id.charAt(length) === first.charAt(length))) length += 1;
  return first.slice(0, length).search(/[^-_.:]*$/);
}
