import type { Value } from '#model/reading.ts';
import { type Role, type Room, rooms } from '#rules/engine/habits/rooms.ts';

const minuteMs = 60_000;
/** A sensor that goes on saying `true` still sees somebody; one that says it every half hour is a heartbeat. */
const repeatMs = 10 * minuteMs;
/** A movement that was seen for longer is a sensor that hangs. */
const longestHoldMs = 120 * minuteMs;

/** What a reading says about a person. Time in epoch ms. */
export type Sign =
  /** Somebody moves inside. `room` null: it does not say where. */
  | {
      readonly kind: 'inside';
      readonly at: number;
      readonly room: Room | null;
      readonly spot: string;
      /** A bed says it: nothing of somebody who is up. */
      readonly isBed: boolean;
    }
  /** The end of a movement: somebody was there until now. */
  | { readonly kind: 'still-there'; readonly at: number }
  /** Somebody passes the entrance door. */
  | { readonly kind: 'door'; readonly at: number };

/** A reading with the one before it. */
export interface Said {
  readonly at: number;
  readonly property: string;
  readonly value: Value;
  readonly previous: Value | undefined;
  readonly previousAt: number | undefined;
  /** The device says the same again when nothing happens: `true` after `true` is no movement of its own. */
  readonly hasHeartbeat: boolean;
}

/** The sign in a reading; null: none. A value that is merely said again hides nobody's silence. */
export function signOf(said: Said, role: Role): Sign | null {
  const { at, property, value, previous } = said;
  const inside = (room: Room | null, isBed = false): Sign => ({
    kind: 'inside',
    at,
    room,
    spot: role.spot,
    isBed,
  });
  const isChange = previous !== undefined && previous !== value;
  switch (property) {
    case 'motion':
    case 'occupancy':
      return movement(said, inside(role.room));
    case 'door-open':
      return isChange ? passage(role, inside, at) : null;
    case 'bed-occupied':
      return isChange ? inside(placed(role) ?? 'bedroom', true) : null;
    case 'toilet-flush':
      return isStarting(said) ? inside('bathroom') : null;
    case 'water-flow':
      return isStarting(said) ? inside(placed(role)) : null;
    case 'appliance-on':
      // Many switch themselves off.
      return isChange && isStarting(said) && !role.isAutomatic ? inside(placed(role)) : null;
    default:
      return null;
  }
}

function passage(role: Role, inside: (room: Room | null) => Sign, at: number): Sign {
  if (role.isEntrance) return { kind: 'door', at };
  // The door of a bathroom is moved by who comes and by who goes.
  return inside(role.room === 'other' ? 'other' : null);
}

/** A water meter is in no room. */
const placed = ({ isPlaced, room }: Role): Room | null => (isPlaced ? room : null);

const isRunning = (value: Value): boolean => (typeof value === 'number' ? value > 0 : value === true);
const isStarting = ({ value, previous, hasHeartbeat }: Said): boolean =>
  isRunning(value) && (previous === undefined || !isRunning(previous) || !hasHeartbeat);

function movement({ at, value, previous, previousAt, hasHeartbeat }: Said, sign: Sign): Sign | null {
  const sinceMs = previousAt === undefined ? Number.POSITIVE_INFINITY : at - previousAt;
  if (value === true) return previous !== true || !hasHeartbeat || sinceMs <= repeatMs ? sign : null;
  return previous === true && sinceMs <= longestHoldMs ? { kind: 'still-there', at } : null;
}

/** Under this name the sign of a property stands beside its value. */
export const signKey = (property: string): string => `.sign ${property}`;

/** `inside bathroom b3-0502-bath`; `inside -` without a room; `bed` behind it. */
export const writeSign = (sign: Sign): string =>
  sign.kind === 'inside'
    ? `${sign.kind} ${sign.room ?? '-'} ${sign.spot}${sign.isBed ? ' bed' : ''}`
    : sign.kind;

/** The signs among what was said at a time. One whose reading was replaced does not count. */
export function readSigns(values: ReadonlyMap<string, Value>, at: number): readonly Sign[] {
  const signs: Sign[] = [];
  for (const [name, text] of values) {
    if (!name.startsWith('.sign ') || !values.has(name.slice('.sign '.length))) continue;
    const [kind, room = '-', spot = '', bed] = String(text).split(' ');
    if (kind === 'inside') signs.push({ kind, at, room: roomNamed(room), spot, isBed: bed === 'bed' });
    else if (kind === 'door' || kind === 'still-there') signs.push({ kind, at });
  }
  return signs;
}

const roomNamed = (name: string): Room | null => rooms.find((room) => room === name) ?? null;
