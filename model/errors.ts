/**
 * Every error that leaves Gridbell has a code of this registry; `status` is the HTTP status that the API answers with,
 * `retry` says whether the same request may succeed later without a change. docs/errors.md lists each code.
 */
export const errorCodes = {
  'not-authenticated': { status: 401, retry: false, title: 'Sign in first' },
  'wrong-credentials': { status: 401, retry: false, title: 'User name or password is wrong' },
  'not-allowed': { status: 403, retry: false, title: 'Your role or place does not allow this' },
  'not-found': { status: 404, retry: false, title: 'There is no such thing' },
  gone: { status: 410, retry: false, title: 'It is not kept any more' },
  'already-exists': { status: 409, retry: false, title: 'This stands already' },
  'stale-version': { status: 409, retry: true, title: 'Somebody changed it meanwhile; load it again' },
  'confirmation-required': { status: 409, retry: false, title: 'This has to be confirmed first' },
  'wrong-state': { status: 409, retry: false, title: 'The state does not allow this' },
  'out-of-use': { status: 409, retry: false, title: 'The device is out of use' },
  'limit-reached': { status: 409, retry: false, title: 'There are as many of these as there may be' },
  'belongs-to-file': { status: 409, retry: false, title: 'A file of the rules directory says what it is' },
  'still-referenced': { status: 409, retry: false, title: 'Something else still refers to it' },
  'wrong-clock': { status: 409, retry: false, title: 'Only a platform on the data clock takes this' },
  'invalid-input': { status: 400, retry: false, title: 'The input is not valid' },
  'evidence-missing': { status: 422, retry: false, title: 'What proves the work is missing' },
  'invalid-rule': { status: 422, retry: false, title: 'The rule is not valid' },
  'unknown-reference': { status: 422, retry: false, title: 'It refers to something that does not exist' },
  'too-large': { status: 413, retry: false, title: 'The request is too large' },
  'unsupported-media-type': { status: 415, retry: false, title: 'This kind of content is not taken here' },
  'too-many-requests': { status: 429, retry: true, title: 'Too many requests; wait and try again' },
  'disk-full': { status: 503, retry: true, title: 'The disk has no room; make room and try again' },
  'not-ready': { status: 503, retry: true, title: 'Not ready yet' },
  'timed-out': { status: 504, retry: true, title: 'No answer in time' },
  internal: { status: 500, retry: true, title: 'Something went wrong on our side' },
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** An error with a code of the registry; `detail` tells a person what is wrong and how to mend it. */
export class GridbellError extends Error {
  readonly code: ErrorCode;
  /** The value that stands, the issues of an input …: goes into the problem document beside `detail`. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    detail: string,
    options: { cause?: unknown; extra?: Record<string, unknown> } = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'GridbellError';
    this.code = code;
    this.extra = options.extra ?? {};
  }
}

/** A failure as plain data: what crosses threads and the log instead of an Error. */
export interface Failure {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly extra?: Readonly<Record<string, unknown>>;
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure };

export const succeed = <T>(value: T): Outcome<T> => ({ ok: true, value });
export const fail = (code: ErrorCode, detail: string, extra?: Record<string, unknown>): Outcome<never> => ({
  ok: false,
  failure: extra === undefined ? { code, detail } : { code, detail, extra },
});

/** What a caught value says, whatever it is. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
