import definitions from '#model/device-commands.json' with { type: 'json' };
import type { LocalText } from '#model/text.ts';

/** What a kind of device may be told to do. */
export interface DeviceCommandDefinition {
  readonly name: string;
  readonly label: LocalText;
  /** Kinds of devices that it is meant for. */
  readonly kinds: readonly string[];
  /** Other words for the same deed, which are refused: they would go around the guard. */
  readonly also?: readonly string[];
  /** Somebody has to confirm it, with a reason (docs/commands.md). */
  readonly guarded: boolean;
}

export const deviceCommandCatalogue: ReadonlyMap<string, DeviceCommandDefinition> = new Map(
  (definitions as readonly DeviceCommandDefinition[]).map((entry) => [entry.name, entry]),
);

/** A guarded command, by its name or another word for it. */
export function guardedCommand(name: string): DeviceCommandDefinition | undefined {
  const word = lettersOf(name);
  for (const each of deviceCommandCatalogue.values())
    if (each.guarded && [each.name, ...(each.also ?? [])].some((known) => lettersOf(known) === word))
      return each;
  return undefined;
}

/** `openDoor`, `OPEN.DOOR` and full-width letters are the same word. */
const lettersOf = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');

/** Kinds that have a guarded command take what the catalogue says and nothing else. */
export const isGuardedKind = (kind: string): boolean =>
  [...deviceCommandCatalogue.values()].some(({ guarded, kinds }) => guarded && kinds.includes(kind));

/** What a kind of device may be told by name. */
export const commandsOf = (kind: string): readonly string[] =>
  [...deviceCommandCatalogue.values()].flatMap(({ kinds, name }) => (kinds.includes(kind) ? [name] : []));
