import events from '#ingest/dialects/hikvision-events.json' with { type: 'json' };
import { wordAsNumber } from '#ingest/dialects/words.ts';

/** Properties and what they are then. */
export type CodeMeaning = ReadonlyMap<string, boolean | string>;

/** A code as it stands in a message: a number, a text of one, or of one in hexadecimal. Undefined: none. */
export function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  const number = /^0x[\da-f]{1,8}$/i.test(text) ? Number(text) : wordAsNumber(text);
  return number !== undefined && Number.isSafeInteger(number) ? number : undefined;
}

const codes: ReadonlyMap<string, CodeMeaning> = new Map(
  Object.entries(events.codes).flatMap(([major, minors]) =>
    Object.entries(minors).map(([minor, meaning]): [string, CodeMeaning] => [
      codeOf(Number(major), Number(minor)),
      new Map(Object.entries(meaning as Readonly<Record<string, boolean | string>>)),
    ]),
  ),
);

function codeOf(major: number, minor: number): string {
  return `${major}/${minor}`;
}

const { from, major: shiftedMajor, to } = events.shifted;

/**
 * What an access event is about (ingest/dialects/hikvision-events.json, after HCNetSDK's list); undefined: nothing that anybody
 * waits for. `shift`: how much more this firmware's codes of doors and locks are than those of the list.
 */
export function meaningOfCode(major: number, minor: number, shift: number): CodeMeaning | undefined {
  const plain = minor - shift;
  const isShifted =
    shift !== 0 && major === Number(shiftedMajor) && plain >= Number(from) && plain <= Number(to);
  return codes.get(codeOf(major, isShifted ? plain : minor));
}

const states: ReadonlyMap<string, string> = new Map(Object.entries(events.states));

/** The property that a camera's event is the state of. `type`: in lower case. */
export const meaningOfState = (type: string): string | undefined => states.get(type);
