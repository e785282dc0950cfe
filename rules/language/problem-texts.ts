/**
 * What may be wrong with a rule, by a code that stays; the text is for people, with its parts in braces. Consoles say it
 * in other languages by the code. What CEL itself complains of has no code: its text is the library's.
 */
export const problemTexts = {
  'not-a-map': 'a rule is a map of keys',
  'missing-key': "'{key}' is missing",
  'unknown-key': "unknown key '{key}'",
  'unknown-property': "unknown property '{property}'",
  unexpected: 'is not what is expected here',
  'not-one-of': 'must be one of {words}',
  'no-duration': 'must be a duration such as 90s, 2m, 12h',
  'wrong-form': 'does not have the form {pattern}',
  'wrong-type': 'must be {type}',
  'too-many': 'must not have more than {most} items',
  'too-long': 'must not have more than {most} characters',
  'wrong-days': 'must be days such as mon-fri,sun',
  'duration-too-long': 'impossible duration: longer than {hours} h',
  'duration-too-short': 'impossible duration: shorter than {ms} ms',
  'any-property': "'*' stands for any reading only with 'silent-for'",
  'needs-condition': "needs 'when' or 'silent-for'",
  exclusive: "'{key}' and '{other}' exclude each other",
  'no-meaning': "'{key}' has no meaning with '{other}'",
  'gap-too-long': "must be shorter than 'for', whose waiting it ends",
  'least-over-most': "'least' ({least}) is longer than 'most' ({most})",
  'habit-of-nobody': "a person's habits need 'key: resident': they are learned for each resident",
  'habit-of-anything': "a person's habits are learned from named properties, not from '*'",
  'expected-of-many': "'expected' goes by the expect-every of one device: it needs 'key: device'",
  'key-not-by-device': "must be device: values of '{property}' are told apart for each device",
  'silence-of-values': "'silent-for' has no meaning for each value: nobody knows which are to come",
  'never-true': 'this can never be true',
  'never-true-clear': 'this can never be true; write false if that is meant',
  'always-true': 'this is always true: the alarm would never be over',
  'clear-never-reached': "never reached: whenever this is true, 'when' is true and the alarm goes on",
  'level-never-reached': 'never reached: whenever this is true, a level above it is',
  'level-never-true': 'never reached: this is not true while the alarm goes on',
} as const satisfies Readonly<Record<string, string>>;
export type ProblemCode = keyof typeof problemTexts;

/** What is wrong, in words and for a translation. */
export interface WordedProblem {
  readonly code: ProblemCode;
  readonly params: Readonly<Record<string, string>>;
  readonly message: string;
}

/** The problem of this code in words; `params`: what its braces stand for. */
export function problemOf(
  code: ProblemCode,
  given: Readonly<Record<string, string | number>> = {},
): WordedProblem {
  const params = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
  const message = problemTexts[code].replace(/\{(\w+)\}/g, (brace, name: string) => params[name] ?? brace);
  return { code, params, message };
}
