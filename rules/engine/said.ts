import type { Verdict } from '#rules/engine/machine.ts';

/** What `when` and `clear` say of a reading, or of a message with several; undefined: unknown. */
export interface Said {
  readonly holds: boolean | undefined;
  readonly isClear: boolean | undefined;
}

/** What holds is not over, whatever `clear` says. */
export const saidToHold: Said = { holds: true, isClear: false };
export const saidToBeOver: Said = { holds: false, isClear: true };
export const nothingSaid: Said = { holds: undefined, isClear: undefined };

/** One that holds is enough; to clear, all must say so. */
export const together = (a: Said, b: Said): Said => ({
  holds: a.holds || b.holds || (a.holds === false && b.holds === false ? false : undefined),
  isClear:
    a.isClear === false || b.isClear === false
      ? false
      : a.isClear === true && b.isClear === true
        ? true
        : undefined,
});

export function verdictOf({ holds, isClear }: Said): Verdict {
  if (holds === true) return 'holds';
  if (isClear === true) return 'clears';
  if (holds === false) return isClear === false ? 'neither' : 'lapses';
  return isClear === false ? 'lasts' : 'unknown';
}

/** Which of the readings of a message speaks for it: the one that says most of an alarm that stands. */
export const weightOf = ({ holds, isClear }: Said): number =>
  holds === true ? 3 : isClear === false ? 2 : isClear === undefined ? 1 : 0;
