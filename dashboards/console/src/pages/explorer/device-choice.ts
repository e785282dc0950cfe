/** A device as one looks for it. */
export interface Choosable {
  readonly id: string;
  readonly kind: string;
  readonly place: string;
  /** What may be typed to find it: names of it, of its place with all around it, and of its kind. */
  readonly words: readonly string[];
}

export interface DeviceWish {
  readonly text: string;
  /** '' for every one. */
  readonly place: string;
  readonly kind: string;
}

type Parents = ReadonlyMap<string, { readonly parent: string }>;

/** Whether a place lies in another, or is it. */
export function liesIn(place: string, around: string, places: Parents): boolean {
  const seen = new Set<string>();
  for (let at: string | undefined = place; at !== undefined && !seen.has(at); at = places.get(at)?.parent) {
    if (at === around) return true;
    seen.add(at);
  }
  return false;
}

/** Whether a word stands in what is said; one that begins with a digit is not the end of a longer number: 2号楼 is not in 12号楼. */
function holds(said: string, word: string): boolean {
  for (let at = said.indexOf(word); at !== -1; at = said.indexOf(word, at + 1))
    if (!/^\d/.test(word) || !/\d/.test(said.charAt(at - 1))) return true;
  return false;
}

/** Those that fit: every word that is typed stands somewhere in what the device is called. */
export function devicesFor<Device extends Choosable>(
  devices: readonly Device[],
  { kind, place, text }: DeviceWish,
  places: Parents,
): readonly Device[] {
  const typed = text.trim().toLowerCase().split(/\s+/u);
  return devices.filter((device) => {
    if (kind !== '' && device.kind !== kind) return false;
    if (place !== '' && !liesIn(device.place, place, places)) return false;
    const said = [device.id, ...device.words].join('\n').toLowerCase();
    return typed.every((word) => holds(said, word));
  });
}
