import type { Device, Place } from '#model/community.ts';
import type { LocalText } from '#model/text.ts';
import words from '#rules/engine/habits/room-words.json' with { type: 'json' };

/** Where in a flat something was seen. `other`: a room that is none of these, or a device that does not say. */
export const rooms = ['bedroom', 'bathroom', 'entrance', 'other'] as const;
export type Room = (typeof rooms)[number];

/** What is known of a device from its tags, its name and its place. */
export interface Role {
  /** Two devices of one spot see the same part of the flat. */
  readonly spot: string;
  readonly room: Room;
  /** Its room is said, and not only assumed. */
  readonly isPlaced: boolean;
  /** A door that leads out of the flat. */
  readonly isEntrance: boolean;
  /** Switches by itself: no sign of anybody. */
  readonly isAutomatic: boolean;
}

interface Words {
  readonly parts: readonly string[];
  readonly words: readonly string[];
}

const textsOf = (name: string | LocalText | undefined): readonly string[] =>
  name === undefined ? [] : typeof name === 'string' ? [name] : Object.values(name);

/** `BathroomAToilet` → `bathroom a toilet`. */
const spaced = (text: string): string =>
  text
    .replace(/([\p{Ll}\d])(?=\p{Lu})|(\p{Lu})(?=\p{Lu}\p{Ll})/gu, '$1$2 ')
    .replace(/(\p{L})(?=\d)|(\d)(?=\p{L})/gu, '$1$2 ')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ');

const says = (texts: readonly string[], { parts, words: whole }: Words): boolean =>
  texts.some((text) => {
    const apart = spaced(text);
    const joined = apart.replaceAll(' ', '');
    return (
      parts.some((part) => joined.includes(part)) || apart.split(' ').some((word) => whole.includes(word))
    );
  });

function roomOf(texts: readonly string[]): Room | undefined {
  if (says(texts, words.bathroom)) return 'bathroom';
  if (says(texts, words.bedroom)) return 'bedroom';
  if (says(texts, words.entrance)) return 'entrance';
  return says(texts, words.inside) ? 'other' : undefined;
}

interface Placed {
  readonly device: Device;
  readonly place: Place | undefined;
}

const ownTexts = ({ tags, id, name }: Device): readonly (readonly string[])[] => [
  tags ?? [],
  [id, ...textsOf(name)],
];
const placeTexts = (place: Place | undefined): readonly (readonly string[])[] =>
  place ? [place.tags ?? [], [place.id, ...textsOf(place.name)]] : [];

/**
 * Tags count before names, and what is said of the device before what is said of its place. A door in a kitchen may lead
 * out of the house: of its place only what hardly ever has such a door counts.
 */
function sayOf({ device, place }: Placed): Room | undefined {
  for (const texts of ownTexts(device)) {
    const room = roomOf(texts);
    if (room !== undefined) return room;
  }
  for (const texts of placeTexts(place)) {
    const room = roomOf(texts);
    if (room !== undefined) return device.kind === 'door' && room === 'other' ? undefined : room;
  }
  return undefined;
}

/** By device id, for all devices of one resident: which doors lead out depends on the others. */
export function rolesOf(devices: readonly Placed[]): ReadonlyMap<string, Role> {
  const said = devices.map((placed) => sayOf(placed));
  const isDoor = ({ device }: Placed): boolean => device.kind === 'door';
  const isNamed = devices.some((placed, index) => isDoor(placed) && said[index] === 'entrance');
  const isByPlace = new Set(devices.map(({ device }) => device.place)).size > 1;
  return new Map(
    devices.map((placed, index): [string, Role] => {
      const { device } = placed;
      const room = said[index];
      const role = {
        spot: isByPlace ? device.place : device.id,
        room: room ?? 'other',
        isPlaced: room !== undefined,
        // Where no door is named, any that may be one counts: someone who left is not lying in the flat.
        isEntrance: room === 'entrance' || (room === undefined && !isNamed),
        isAutomatic: says(ownTexts(device).flat(), words.automatic),
      };
      return [device.id, role];
    }),
  );
}
